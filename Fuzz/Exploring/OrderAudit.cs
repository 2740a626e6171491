// Reduction is as sound as the declared accesses. The audit attacks them: it runs a scenario under a random schedule, shuffles
// the transitions into another order that the declarations say is equal, runs that, and demands that every party did and saw the
// same, step by step, at the same cost and with the same verdict. An undeclared read or write shows sooner or later as a
// difference.

using System.Globalization;
using System.Numerics;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Checks that orders which ought to be equal are equal.</summary>
/// <param name="runner">Runner of a protocol and a profile.</param>
public sealed class OrderAudit(ScenarioRunner runner)
{
    private readonly RandomWalk walk = new();
    private readonly TransitionTrace trace = new();
    private readonly List<Race> races = [];
    private readonly FixedOrder shuffled = new();
    private readonly List<string>[] before = NewLists();
    private readonly List<string>[] after = NewLists();

    /// <summary>Runs that were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Looks for two orders of a scenario that ought to be equal and are not.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="runs">Number of random schedules.</param>
    /// <returns>What differs first, or null.</returns>
    public string? FindDifference(Scenario scenario, DefectSet defects, ulong seed, int runs)
    {
        Trace told = runner.System.World.Trace;
        told.IsEnabled = true;
        try
        {
            for (int run = 0; run < runs; run++)
            {
                var random = new Prng(Prng.Derive(seed, (ulong)run));
                if (Compare(scenario, defects, ref random) is { } difference)
                {
                    return difference;
                }
            }
        }
        finally
        {
            told.IsEnabled = false;
        }

        return null;
    }

    private string? Compare(Scenario scenario, DefectSet defects, ref Prng random)
    {
        walk.Seed(random.NextUInt64(), random.NextBelow(5));
        trace.Clear();
        var recorder = new Recorder(runner.System.World, walk, trace);
        RunResult first = runner.Run(scenario, recorder, defects);
        trace.End(runner.System.World.Log);
        if (trace.IsTruncated || !first.Violation.IsNone)
        {
            return null;
        }

        Tell(before);
        trace.Order(0, races);
        Prng choices = random;
        if (!shuffled.Arrange(trace, (_, ready) => (int)choices.NextBelow((uint)ready.Count)))
        {
            return null;
        }

        Compared++;
        RunResult second = runner.Run(scenario, shuffled, defects);
        Tell(after);
        return Difference(first, second);
    }

    private string? Difference(in RunResult first, in RunResult second)
    {
        for (int party = 0; party < before.Length; party++)
        {
            int common = Math.Min(before[party].Count, after[party].Count);
            for (int i = 0; i <= common; i++)
            {
                string was = i < before[party].Count ? before[party][i] : "nothing more";
                string now = i < after[party].Count ? after[party][i] : "nothing more";
                if (was != now)
                {
                    string name = runner.System.Parties.NameOf(party).ToString();
                    return string.Create(CultureInfo.InvariantCulture, $"{name}, record {i}: {was}; in an equal order: {now}");
                }
            }
        }

        // Whether time passed early is not part of what is equal: the oracle has judged other moments.
        if (shuffled.HasDiverged)
        {
            return "the same records, but the order could not be followed";
        }

        if (!second.Violation.IsNone && second.Violation.Invariant is not (Invariant.Liveness or Invariant.Flag))
        {
            return $"the same records, but the verdict {second.Violation.Invariant}";
        }

        return first.Counters == second.Counters ? null : $"the same records, but {first.Counters}, then {second.Counters}";
    }

    private void Tell(List<string>[] lists)
    {
        foreach (List<string> list in lists)
        {
            list.Clear();
        }

        foreach (TraceRecord record in runner.System.World.Trace.Records)
        {
            bool isNote = record.Note != NoteKind.None;
            if (isNote && record.Note is not (NoteKind.CallBegin or NoteKind.CallEnd or NoteKind.SignalRaised))
            {
                continue;
            }

            if (!isNote && record.Kind == PointKind.Wait)
            {
                continue;
            }

            lists[record.Party].Add(isNote
                ? string.Create(CultureInfo.InvariantCulture, $"{record.Note} {record.First} {record.Second}")
                : $"{record.Kind} {record.ObjectKind}");
        }
    }

    private static List<string>[] NewLists()
    {
        var lists = new List<string>[Scheduler.MaxParties];
        for (int party = 0; party < lists.Length; party++)
        {
            lists[party] = [];
        }

        return lists;
    }

    /// <summary>Lets a strategy decide and keeps the transitions.</summary>
    private sealed class Recorder(World world, IScheduleStrategy inner, TransitionTrace trace) : IScheduleStrategy
    {
        public bool AsksAlways => true;

        public void Begin(int partyCount) => inner.Begin(partyCount);

        public int Next(in Decision decision)
        {
            int party = BitOperations.PopCount(decision.EnabledMask) == 1 ? decision.Default : inner.Next(decision);
            trace.Begin(world.Log, decision, party);
            return party;
        }
    }
}
