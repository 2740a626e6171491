// What a thread of a client has done so far, access by access, with the results. Such a thread is ordinary code whose stack
// cannot be saved, so it is put back by calling it again and giving it the results that it had. It must ask for the same
// accesses then: one that does not is not deterministic, or reaches memory around ExploreSync.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Accesses of one thread with their results.</summary>
internal sealed class ThreadRecording
{
    /// <summary>Name of the return of an operation, which is no access.</summary>
    internal const int EndOfOperation = -1;

    private const int RecordsMax = 1024;

    private readonly (int What, long Result)[] records = new (int What, long Result)[RecordsMax];

    /// <summary>Whether a thread is doing again what is recorded.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>False where it does something new.</returns>
    internal static bool IsRepeating(in ExploredThread thread) => thread.Cursor < thread.Recorded;

    /// <summary>Name of an access, equal for equal ones.</summary>
    /// <param name="access">The access.</param>
    /// <returns>Its name.</returns>
    internal static int NameOf(in MemoryAccess access) => (access.Word << 8) | (int)access.Kind;

    /// <summary>Gives a thread that is repeating its next result.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="what">Name of what it does.</param>
    /// <returns>The result that it had.</returns>
    internal long Repeat(ref ExploredThread thread, int what)
    {
        (int What, long Result) record = records[thread.Cursor++];
        Verify.That(record.What == what, "a thread of a client is not deterministic, or does not go through ExploreSync");
        return record.Result;
    }

    /// <summary>Records what a thread does for the first time.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="what">Name of it.</param>
    /// <param name="result">Its result.</param>
    internal void Add(ref ExploredThread thread, int what, long result)
    {
        Verify.That(thread.Recorded < RecordsMax, "a thread of a client makes too many accesses");
        records[thread.Recorded++] = (what, result);
        thread.Cursor = thread.Recorded;
    }
}
