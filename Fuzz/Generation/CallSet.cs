// A set of calls in one word: which calls a generator may use. A protocol wires some classes of calls; scenarios full of
// unwired ones would only report again and again that they are not wired.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>A set of <see cref="CallKind"/>.</summary>
public readonly record struct CallSet
{
    private readonly ulong bits;

    private CallSet(ulong bits)
    {
        this.bits = bits;
    }

    /// <summary>Every call.</summary>
    public static CallSet All => new((1UL << CallTable.Count) - 2);

    /// <summary>The set with <paramref name="kind"/> as well.</summary>
    public CallSet With(CallKind kind) => new(bits | (1UL << (int)kind));

    /// <summary>The set without <paramref name="kind"/>.</summary>
    public CallSet Without(CallKind kind) => new(bits & ~(1UL << (int)kind));

    /// <summary>Whether <paramref name="kind"/> is in the set.</summary>
    public bool Contains(CallKind kind) => (bits & (1UL << (int)kind)) != 0;
}
