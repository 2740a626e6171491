// Changes bytes as engines do: flips, small sums, favourite values, blocks that move, halves of two inputs. Half of the time only
// the strategy and its seed are drawn anew, since a scenario is worth more than one schedule. A function of the random stream.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.EngineInputs;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>Makes inputs of inputs.</summary>
internal sealed class ByteMutator
{
    private const int MaximumBlock = 24;
    private const uint ByteValues = 256;
    private const uint MaximumSum = 16;
    private const int MaximumStack = 4;

    private static readonly byte[] Favourites = [0, 1, 2, 3, 4, 8, 16, 31, 32, 64, 127, 128, 255];

    private readonly List<byte> bytes = [];

    /// <summary>Makes an input.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="parent">Input that is changed.</param>
    /// <param name="other">Another one to take from.</param>
    /// <returns>The changed input, valid until the next call.</returns>
    internal ReadOnlySpan<byte> Mutate(ref Prng random, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> other)
    {
        bytes.Clear();
        bytes.AddRange(parent);
        bool isSeeded = parent[0] == EngineInputCodec.SeededMark;
        if (isSeeded && random.NextBelow(2) == 0)
        {
            for (int i = 1; i < EngineInputCodec.SeededHeaderLength; i++)
            {
                bytes[i] = (byte)random.NextBelow(ByteValues);
            }
        }
        else
        {
            for (uint left = 1U << (int)random.NextBelow(MaximumStack); left > 0; left--)
            {
                Change(ref random, other);
            }
        }

        return CollectionsMarshal.AsSpan(bytes);
    }

    private void Change(ref Prng random, ReadOnlySpan<byte> other)
    {
        int place = Below(ref random, bytes.Count);
        int length = 1 + Below(ref random, Math.Min(MaximumBlock, bytes.Count - place));
        switch (random.NextBelow(8))
        {
            case 0:
                bytes[place] ^= (byte)(1 << (int)random.NextBelow(8));
                break;
            case 1:
                bytes[place] += (byte)(random.NextBelow(2 * MaximumSum) - MaximumSum);
                break;
            case 2:
                bytes[place] = Favourites[random.NextBelow((uint)Favourites.Length)];
                break;
            case 3:
                bytes[place] = (byte)random.NextBelow(ByteValues);
                break;
            case 4 when length < bytes.Count:
                bytes.RemoveRange(place, length);
                break;
            case 5 when bytes.Count + length <= EngineInputCodec.MaximumLength:
                bytes.InsertRange(Below(ref random, bytes.Count), bytes.GetRange(place, length));
                break;
            case 6:
                CopyWithin(Below(ref random, bytes.Count), place, length);
                break;
            default:
                Splice(place, other);
                break;
        }
    }

    private void CopyWithin(int target, int place, int length)
    {
        for (int i = 0; i < Math.Min(length, bytes.Count - target); i++)
        {
            bytes[target + i] = bytes[place + i >= bytes.Count ? place : place + i];
        }
    }

    /// <summary>Goes on as the other input does from the same place.</summary>
    private void Splice(int place, ReadOnlySpan<byte> other)
    {
        if (place > 0 && place < other.Length)
        {
            bytes.RemoveRange(place, bytes.Count - place);
            bytes.AddRange(other[place..]);
        }
    }

    private static int Below(ref Prng random, int bound) => (int)random.NextBelow((uint)bound);
}
