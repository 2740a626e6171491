// Whether a violation is known, by the rule of the campaign: it is shrunk, and the signature of what is left is looked up in
// the list of known findings. Shrinking keeps protocol, invariant and class of call, which are a signature's beginning; when
// the list knows whatever begins like that, the verdict is clear without shrinking, and most violations of a protocol with
// windows are told that way.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>The rule of what is known.</summary>
/// <param name="known">Findings that are expected.</param>
/// <param name="today">Entries that have expired by this day do not count.</param>
public sealed class KnownRule(KnownFindings known, DateOnly today)
{
    /// <summary>The rule with the project's list, today.</summary>
    /// <returns>The rule.</returns>
    public static KnownRule Load() => new(CorpusLocation.LoadKnown(), DateOnly.FromDateTime(DateTime.UtcNow));

    /// <summary>Judges the violation of the run that a runner has just made. The runner runs other things meanwhile.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="scenario">The scenario of the run.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>What it is called, and why it is known, or null.</returns>
    public (string Signature, string? Reason) Judge(
        ScenarioRunner runner, Scenario scenario, Violation violation, DefectSet defects)
    {
        string beginning = BeginningOf(runner, violation);
        foreach (KnownFinding entry in known.Entries)
        {
            if (entry.Expires >= today && KnowsAllThatBeginWith(entry, beginning))
            {
                return (beginning, entry.Reason);
            }
        }

        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(scenario, schedule, violation);
        Verify.That(shrunk.Reproduces, "a violation did not recur when its recorded schedule was replayed");
        string signature = Signature.Of(runner, shrunk.Violation);
        return (signature, known.Find(signature, today)?.Reason);
    }

    /// <summary>The part of the signature that shrinking keeps.</summary>
    private static string BeginningOf(ScenarioRunner runner, in Violation violation)
    {
        string call = violation.Kind == CallKind.None ? "-" : CallTable.Of(violation.Kind).Name;
        return $"{runner.System.Protocol.Name} {Invariants.NameOf(violation.Invariant)} {call}";
    }

    private static bool KnowsAllThatBeginWith(KnownFinding entry, string beginning) =>
        entry.Signature.IndexOf('*', StringComparison.Ordinal) == entry.Signature.Length - 1
        && beginning.StartsWith(entry.Signature[..^1], StringComparison.Ordinal);
}
