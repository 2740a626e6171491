// A set of interrupt vectors as the registers IRR, ISR and TMR hold it: a bit for each of the 256 vectors, read in words of
// 32, with the greatest member found by counting zeros.

using System.Numerics;

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>A set of vectors.</summary>
internal unsafe struct VectorSet
{
    private const int WordBits = 64;
    private const int WordCount = 4;

    private fixed ulong words[WordCount];

    /// <summary>The greatest member; -1 when there is none.</summary>
    public int Highest
    {
        get
        {
            for (int index = WordCount - 1; index >= 0; index--)
            {
                if (words[index] != 0)
                {
                    return (index * WordBits) + BitOperations.Log2(words[index]);
                }
            }

            return -1;
        }
    }

    /// <summary>The least member; -1 when there is none.</summary>
    public int Lowest
    {
        get
        {
            for (int index = 0; index < WordCount; index++)
            {
                if (words[index] != 0)
                {
                    return (index * WordBits) + BitOperations.TrailingZeroCount(words[index]);
                }
            }

            return -1;
        }
    }

    public void Add(byte vector) => words[vector / WordBits] |= 1UL << (vector % WordBits);

    public void Remove(byte vector) => words[vector / WordBits] &= ~(1UL << (vector % WordBits));

    public bool Contains(byte vector) => (words[vector / WordBits] & (1UL << (vector % WordBits))) != 0;

    /// <summary>One of the eight registers that the set is read through.</summary>
    public uint Register(uint index) => (uint)(words[index / 2] >> (int)(index % 2 * 32));
}
