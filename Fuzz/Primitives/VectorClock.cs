// What a thread has seen of every thread's past: Lamport's happens-before as numbers (Fidge and Mattern, 1988). An access
// happened before the present of a thread if the thread's clock has reached it.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>One number per thread.</summary>
[InlineArray(ThreadCapacity)]
public struct VectorClock
{
    /// <summary>Threads at most.</summary>
    public const int ThreadCapacity = 4;

    private int first;

    /// <summary>Takes over what another clock has seen.</summary>
    /// <param name="other">The other clock.</param>
    public void Join(in VectorClock other)
    {
        for (int thread = 0; thread < ThreadCapacity; thread++)
        {
            this[thread] = Math.Max(this[thread], other[thread]);
        }
    }
}
