// What the explored threads see of memory. The search asks it which outcomes an access may have, lets it perform one of them,
// and asks which steps may change places: that differs from model to model, since a load that may see older stores does not
// mind newer ones.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>A memory model.</summary>
internal interface IMemoryModel
{
    /// <summary>How many outcomes an access may have now; 0 when the thread must wait.</summary>
    /// <param name="thread">Who makes it.</param>
    /// <param name="access">The access.</param>
    /// <returns>Number of outcomes. Outcome 0 is that of a memory without delays.</returns>
    int CountOutcomes(int thread, in MemoryAccess access);

    /// <summary>Names an outcome. The name stays the same while other threads make steps that are independent of it, although
    /// outcomes may join and numbers may shift.</summary>
    /// <param name="thread">Who makes the access.</param>
    /// <param name="access">The access.</param>
    /// <param name="outcome">Which of its outcomes.</param>
    /// <returns>Its name.</returns>
    int NameOf(int thread, in MemoryAccess access, int outcome);

    /// <summary>Whether the order of two neighbouring steps of different threads can make a difference.</summary>
    /// <param name="first">A step.</param>
    /// <param name="second">A step of another thread.</param>
    /// <returns>False when both orders lead to the same state.</returns>
    bool AreDependent(in ExploredStep first, in ExploredStep second);

    /// <summary>Performs an access.</summary>
    /// <param name="thread">Who makes it.</param>
    /// <param name="access">The access.</param>
    /// <param name="outcome">Which of its outcomes.</param>
    /// <param name="clock">What the thread has seen; an acquiring access adds to it.</param>
    /// <returns>What came of it.</returns>
    PerformedAccess Perform(int thread, in MemoryAccess access, int outcome, ref VectorClock clock);

    /// <summary>Remembers everything under a number.</summary>
    /// <param name="depth">Number, counted from 0 without gaps.</param>
    void Save(int depth);

    /// <summary>Puts everything back as it was when it was saved.</summary>
    /// <param name="depth">A saved number.</param>
    void Restore(int depth);
}

// The memory models to choose from. A name and not a factory, so that options stay plain values that can be compared and printed.
/// <summary>A memory model by name.</summary>
public enum MemoryKind : byte
{
    /// <summary>Sequential consistency: every access sees the newest store.</summary>
    Sequential,

    /// <summary>What .NET guarantees and no more: see <see cref="WeakMemory"/>.</summary>
    Weak,
}
