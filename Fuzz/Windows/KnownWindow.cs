// A known window: a place in a protocol where two parties can get in each other's way, with the smallest scenario that leads
// there, the schedule that does, and what comes of it. A window without harm is worth as much as one with: somebody has
// looked, and a search goes on looking. Each is one file of Corpus/windows; see WindowReader for its form.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>An entry of the bank of windows.</summary>
public sealed record KnownWindow
{
    /// <summary>Name of the entry: the file's without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The file's text.</summary>
    public required string Text { get; init; }

    /// <summary>One line for lists.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the window as the handbook has it, such as O1; several entries may show one window.</summary>
    public required string Window { get; init; }

    /// <summary>Protocol that has it.</summary>
    public required IProtocol Protocol { get; init; }

    /// <summary>Profile by which it is judged.</summary>
    public Profile Profile { get; init; }

    /// <summary>Whether all calls are covered (--calls all).</summary>
    public bool JudgesAllCalls { get; init; }

    /// <summary>What is violated, or none for a window without harm.</summary>
    public Invariant Invariant { get; init; }

    /// <summary>What other windows of the protocol violate in the scenario of one without harm.</summary>
    public IReadOnlyList<Invariant> Besides { get; init; } = [];

    /// <summary>Class of call that is wronged, or none if any.</summary>
    public CallKind Kind { get; init; }

    /// <summary>Defects that it needs.</summary>
    public DefectSet Defects { get; init; }

    /// <summary>What the protocol does not promise, if that is the cause: it is declared and never repaired.</summary>
    public Limits Limit { get; init; }

    /// <summary>The repair that closes the window: the one with its name, where the protocol has it; else none.</summary>
    public Repairs Repair =>
        RepairCatalog.TryFind(Window, out NamedRepair named) && (Protocol.Windows & named.Repairs) == named.Repairs
            ? named.Repairs
            : Repairs.None;

    /// <summary>What a run through the window notes, such as a cancel that finds nothing; may be empty.</summary>
    public IReadOnlyList<NoteKind> Shows { get; init; } = [];

    /// <summary>How a run gets there, in one line.</summary>
    public required string Reach { get; init; }

    /// <summary>What it is, in prose.</summary>
    public required IReadOnlyList<string> Paragraph { get; init; }

    /// <summary>The scenario, with the schedule line that shows it.</summary>
    public required ScenarioFile File { get; init; }

    /// <summary>Whether nothing comes of it.</summary>
    public bool IsBenign => Invariant == Invariant.None;

    /// <summary>What the file says about harm, such as <c>liveness waitpid</c>.</summary>
    public string Verdict => IsBenign ? "benign"
        : Invariants.NameOf(Invariant) + (Kind == CallKind.None ? "" : " " + CallTable.Of(Kind).Name);

    /// <summary>Processes and threads of the scenario.</summary>
    public int PartyCount => File.Scenario.Strands.ToArray().Count(strand => strand.IsActor);

    /// <summary>Whether a violation is the one that the file tells of.</summary>
    /// <param name="violation">A violation, or none.</param>
    /// <returns>Never for a window without harm.</returns>
    public bool IsShownBy(Violation violation) => !violation.IsNone && violation.Invariant == Invariant
        && (Kind == CallKind.None || violation.Kind == Kind);

    /// <summary>Whether a violation is neither the one that the file tells of nor one that it expects besides.</summary>
    /// <param name="violation">A violation, or none.</param>
    /// <returns>For a window without harm: whether its file is wrong.</returns>
    public bool IsUnexpected(Violation violation) =>
        !violation.IsNone && !IsShownBy(violation) && !Besides.Contains(violation.Invariant);

    /// <summary>Whether a run noted all that a run through the window notes.</summary>
    /// <param name="coverage">Coverage of the run.</param>
    /// <returns>True also when nothing is demanded.</returns>
    public bool IsEnteredBy(Coverage coverage)
    {
        foreach (NoteKind note in Shows)
        {
            if (!coverage.HasNote(note))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A runner as the file asks for it.</summary>
    public ScenarioRunner MakeRunner()
    {
        var runner = new ScenarioRunner(Protocol, Profile);
        runner.System.JudgesAllCalls = JudgesAllCalls;
        return runner;
    }
}
