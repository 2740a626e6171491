// Who read from whom, in one word: a step in its role read an object that a step of another or the same party in its role had
// written last. Neither side counts repetitions: the pair is the same in every round of a loop, so that the number of pairs of
// a scenario stays small and a constraint over them says something about more than one run. A step that writes an object
// counts as reading it first, since footprints do not tell a plain store from an update.

using Managarm.Perf.Core.Accesses;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>A pair of a reading and a writing step.</summary>
/// <param name="Word">Bits 0 to 19: index of the object; 20 to 27: its kind; 28 to 35: reader's role; 36 to 40: reader; 41 to
/// 48: writer's role; 49 to 53: writer; 54: whether there is a writer at all.</param>
public readonly record struct ReadsFromPair(ulong Word)
{
    private const int WriterShift = 41;
    private const ulong HasWriter = 1UL << 54;
    private const ulong ReaderMask = (1UL << WriterShift) - 1;

    /// <summary>Makes a pair.</summary>
    /// <param name="access">The read.</param>
    /// <param name="reader">Step that read.</param>
    /// <param name="writer">Step that wrote last, or none at all.</param>
    internal ReadsFromPair(in Access access, StepAnnouncement reader, StepAnnouncement writer)
        : this(access.Index | ((ulong)access.Kind << 20) | (Side(reader) << 28)
            | (writer.IsNone ? 0 : HasWriter | (Side(writer) << WriterShift)))
    {
    }

    /// <summary>The reading side alone: equal for all pairs that say from whom this step may read.</summary>
    public ulong Read => Word & ReaderMask;

    /// <summary>The object.</summary>
    internal uint Object => (uint)Word & ((1u << 28) - 1);

    /// <summary>Who reads.</summary>
    internal int Reader => (int)(Word >> 36) & 31;

    /// <summary>Role of the step that reads.</summary>
    internal PointKind ReaderKind => (PointKind)(byte)(Word >> 28);

    /// <summary>Whether a step is the writer of this pair.</summary>
    /// <param name="writer">The step, or none for an object that nobody has written.</param>
    /// <returns>True when it is.</returns>
    internal bool IsWrittenBy(StepAnnouncement writer) =>
        Word >> WriterShift == (writer.IsNone ? 0 : (HasWriter >> WriterShift) | Side(writer));

    /// <summary>Whether a step that stands before its point may be the reader of this pair.</summary>
    /// <param name="party">Its party.</param>
    /// <param name="pending">What it announces; a party that announces nothing may do anything.</param>
    /// <returns>True when it may.</returns>
    internal bool MayBeReadBy(int party, StepAnnouncement pending) =>
        party == Reader && (pending.IsNone || pending.Kind == ReaderKind);

    private static ulong Side(StepAnnouncement step) => (ulong)(byte)step.Kind | ((ulong)(uint)step.Party << 8);
}
