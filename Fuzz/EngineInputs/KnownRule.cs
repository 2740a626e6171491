// Whether a violation is known, by the rule of the campaign: what it is due to is looked up in the list of known causes. The
// windows and limits of the protocol are tried on the run's own schedule first, which settles most violations of a protocol with
// windows; what they do not explain is shrunk and attributed. Nothing is remembered, so the verdict follows from the run alone.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>The rule of what is known.</summary>
/// <param name="known">Causes that are expected.</param>
/// <param name="today">Entries that have expired by this day do not count.</param>
public sealed class KnownRule(KnownFindings known, DateOnly today)
{
    /// <summary>The rule with the project's list, today.</summary>
    /// <returns>The rule.</returns>
    public static KnownRule Load() => new(CorpusLocation.LoadKnown(), DateOnly.FromDateTime(DateTime.UtcNow));

    /// <summary>Judges the violation of the run that a runner has just made. The runner runs other things meanwhile.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="attribution">Attribution under the runner's protocol.</param>
    /// <param name="scenario">The scenario of the run.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>What it is called, and why it is known, or null.</returns>
    public (string Signature, string? Reason) Judge(
        ScenarioRunner runner, Attribution attribution, Scenario scenario, Violation violation, DefectSet defects)
    {
        IProtocol protocol = runner.System.Protocol;
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        Cause? quick = attribution.Among(
            Candidates(protocol), scenario, schedule, violation, defects, runner.System.Marks.Seen, isRepaired: false);
        if (quick is not null && known.Find(protocol.Origin.Name, quick, today) is { } entry)
        {
            return (BeginningOf(protocol, violation), entry.Reason);
        }

        ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(scenario, schedule, violation);
        Verify.That(shrunk.Reproduces, "a violation did not recur when its recorded schedule was replayed");
        string signature = Signature.Of(runner, shrunk.Violation);
        Cause cause = attribution.Find(shrunk.Scenario, shrunk.Schedule, shrunk.Violation, defects, isRepaired: false);
        return (signature, known.Find(protocol.Origin.Name, cause, today)?.Reason);
    }

    /// <summary>Every window of a protocol and every limit, each as a cause.</summary>
    private static List<Cause> Candidates(IProtocol protocol)
    {
        var causes = new List<Cause>();
        foreach (NamedRepair each in RepairCatalog.Entries)
        {
            if ((protocol.Windows & each.Repairs) == each.Repairs)
            {
                causes.Add(Cause.OfWindows([each.Name]));
            }
        }

        Limits limits = protocol.LimitsOfRepair & ~protocol.Limits;
        causes.AddRange(Enum.GetValues<Limits>().Where(each => each != Limits.None && limits.HasFlag(each))
            .Select(static each => Cause.OfLimit(HyphenName.Of(each))));
        return causes;
    }

    /// <summary>The part of the signature that shrinking keeps.</summary>
    private static string BeginningOf(IProtocol protocol, in Violation violation)
    {
        string call = violation.Kind == CallKind.None ? "-" : CallTable.Of(violation.Kind).Name;
        return $"{protocol.Name} {Invariants.NameOf(violation.Invariant)} {call}";
    }
}
