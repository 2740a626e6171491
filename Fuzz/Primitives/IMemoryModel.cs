// What the explored threads see of memory. The search asks it which outcomes an access may have and lets it perform one of
// them, so a model in which a load may see older stores fits behind the same interface as the sequentially consistent one.

namespace Managarm.Perf.Fuzz;

/// <summary>A memory model.</summary>
public interface IMemoryModel
{
    /// <summary>How many outcomes an access may have now; 0 when the thread must wait.</summary>
    /// <param name="thread">Who makes it.</param>
    /// <param name="access">The access.</param>
    /// <returns>Number of outcomes.</returns>
    int CountOutcomes(int thread, in MemoryAccess access);

    /// <summary>Performs an access.</summary>
    /// <param name="access">The access.</param>
    /// <param name="outcome">Which of its outcomes.</param>
    /// <param name="clock">What the thread has seen; an acquiring access adds to it.</param>
    /// <param name="hasWritten">Whether the word was written.</param>
    /// <returns>The value that was loaded, or that was there before.</returns>
    long Perform(in MemoryAccess access, int outcome, ref VectorClock clock, out bool hasWritten);

    /// <summary>Remembers everything under a number.</summary>
    /// <param name="depth">Number, counted from 0 without gaps.</param>
    void Save(int depth);

    /// <summary>Puts everything back as it was when it was saved.</summary>
    /// <param name="depth">A saved number.</param>
    void Restore(int depth);
}
