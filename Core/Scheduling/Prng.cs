// xoshiro256**: the one pseudo-random generator of the project. It is a value, seeded by splitmix64, so that a run's
// randomness is a function of its seed alone and copying the struct copies the stream. Algorithm: Blackman and Vigna,
// "Scrambled linear pseudorandom number generators" (2018); written from the published recurrence.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>A deterministic pseudo-random stream.</summary>
public struct Prng
{
    private ulong state0;
    private ulong state1;
    private ulong state2;
    private ulong state3;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">Any value; equal seeds give equal streams.</param>
    public Prng(ulong seed)
    {
        state0 = SplitMix(ref seed);
        state1 = SplitMix(ref seed);
        state2 = SplitMix(ref seed);
        state3 = SplitMix(ref seed);
    }

    /// <summary>Seed of a derived stream: well mixed even for neighbouring indices.</summary>
    /// <param name="seed">Master seed.</param>
    /// <param name="index">Number of the derived stream.</param>
    /// <returns>A seed.</returns>
    public static ulong Derive(ulong seed, ulong index)
    {
        ulong mixed = seed ^ (index * 0xd1342543de82ef95);
        return SplitMix(ref mixed);
    }

    /// <summary>The next 64 random bits.</summary>
    /// <returns>A uniform value.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(state1 * 5, 7) * 9;
        ulong shifted = state1 << 17;
        state2 ^= state0;
        state3 ^= state1;
        state1 ^= state2;
        state0 ^= state3;
        state2 ^= shifted;
        state3 = BitOperations.RotateLeft(state3, 45);
        return result;
    }

    /// <summary>A uniform value below a bound (bias below 2^-32).</summary>
    /// <param name="bound">Exclusive upper bound, at least 1.</param>
    /// <returns>A value in [0, bound).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextBelow(uint bound) => (uint)(((NextUInt64() >> 32) * bound) >> 32);

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
