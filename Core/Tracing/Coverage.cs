// Interleaving coverage: which role of one party was followed by which role of another, and whether on the same object; plus
// which notes and call results were seen. It is a small bitmap outside the arena that tells a campaign whether a scenario
// showed anything new. Code coverage would not: the same lines run in every schedule.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tracing;

/// <summary>Features that a run has shown.</summary>
public sealed class Coverage
{
    /// <summary>Number of features.</summary>
    public const int FeatureCount = (ResultBase + (CallTable.Count * 4) + 63) / 64 * 64;

    // The last role and the last note of the model.
    private const int PointKindCount = (int)PointKind.AnswerInterrupt + 1;
    private const int NoteKindCount = (int)NoteKind.PinAnswered + 1;
    private const int NoteBase = PointKindCount * PointKindCount * 2;
    private const int ResultBase = NoteBase + NoteKindCount;

    private readonly ulong[] bits = new ulong[FeatureCount / 64];
    private uint lastObject;
    private int lastKind;
    private int lastParty = -1;

    /// <summary>The bitmap.</summary>
    public ReadOnlySpan<ulong> Bits => bits;

    /// <summary>Whether this run has shown a feature that a map does not have.</summary>
    /// <param name="seen">A map of the same size.</param>
    /// <returns>True when there is one.</returns>
    public bool HasNewAgainst(ReadOnlySpan<ulong> seen)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            if ((bits[i] & ~seen[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the run has made a note of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True when there is at least one.</returns>
    public bool HasNote(NoteKind kind)
    {
        int feature = NoteBase + (int)kind;
        return (bits[feature >> 6] >> (feature & 63) & 1) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Step(int party, PointKind kind, ObjectKind objectKind, uint index)
    {
        uint touched = ((uint)objectKind << 20) | index;
        if (party != lastParty)
        {
            int isSame = touched == lastObject ? 1 : 0;
            Mark((((lastKind * PointKindCount) + (int)kind) * 2) + isSame);
            lastParty = party;
        }

        lastObject = touched;
        lastKind = (int)kind;
    }

    internal void Note(NoteKind kind) => Mark(NoteBase + (int)kind);

    internal void Result(CallKind kind, long result) =>
        Mark(ResultBase + ((int)kind * 4) + (result > 0 ? 0 : result == 0 ? 1 : result == -(long)Errno.EINTR ? 2 : 3));

    internal void Reset()
    {
        Array.Clear(bits);
        lastParty = -1;
        lastKind = 0;
        lastObject = 0;
    }

    private void Mark(int feature) => bits[feature >> 6] |= 1UL << (feature & 63);
}
