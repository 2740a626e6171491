// The readable trace of one run: steps and notes in order. It is off in campaigns; a finding is run again with the trace on,
// and the trace hash, which is always computed, proves that it is the same run.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tracing;

/// <summary>Steps and notes of a run.</summary>
public sealed class Trace
{
    private readonly List<TraceRecord> records = [];

    /// <summary>Whether records are kept.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>Is told of every record; null when nobody listens.</summary>
    public ITraceListener? Listener { get; set; }

    /// <summary>The records so far.</summary>
    public IReadOnlyList<TraceRecord> Records => records;

    /// <summary>Forgets all records.</summary>
    public void Reset() => records.Clear();

    internal void AddStep(uint step, int party, uint point, PointKind kind, ObjectKind objectKind, uint index) =>
        Add(new TraceRecord(step, (byte)party, point, kind, objectKind, index, NoteKind.None, 0, 0));

    internal void AddNote(uint step, int party, NoteKind kind, long first, long second) =>
        Add(new TraceRecord(step, (byte)party, 0, PointKind.None, ObjectKind.None, 0, kind, first, second));

    private void Add(in TraceRecord record)
    {
        records.Add(record);
        Listener?.Added(record);
    }
}

/// <summary>One line of a trace: a step (when <paramref name="Note"/> is none) or a note.</summary>
/// <param name="Step">Number of the step.</param>
/// <param name="Party">Party that ran.</param>
/// <param name="Point">Which of the party's points began the step.</param>
/// <param name="Kind">Role of that point.</param>
/// <param name="ObjectKind">Kind of the object that the step touched first.</param>
/// <param name="Index">Index of that object.</param>
/// <param name="Note">What happened, for notes.</param>
/// <param name="First">First detail of a note.</param>
/// <param name="Second">Second detail of a note.</param>
public readonly record struct TraceRecord(
    uint Step,
    byte Party,
    uint Point,
    PointKind Kind,
    ObjectKind ObjectKind,
    uint Index,
    NoteKind Note,
    long First,
    long Second);
