// Finds the cause of a shrunk violation by trying. A window is the cause only if the run carried its mark, if the scenario is not
// violated with everything repaired, and if it is violated with everything but this window repaired; where no single window
// qualifies, the smallest set of marked ones that does. What is violated with everything repaired is behind the windows and new
// by construction. "Not violated" is ten times as many drawn schedules as the same search needs to find the violation again in
// the world as it is; where it does not find it again, nothing is proved and the violation is unattributed. A limit is the
// cause if the violation is shown with everything repaired and the limit not declared. A planted defect is tried like a window:
// its repair is that it is off. All errors are made in one direction: what is new is never called known.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Causes;

/// <summary>Finds causes under one protocol.</summary>
/// <param name="worlds">The protocol with various repairs.</param>
public sealed class Attribution(RepairedWorlds worlds)
{
    /// <summary>Runs after which the control gives up.</summary>
    public const int MostControlRuns = 2_000;

    private const int LeastCleanRuns = 200;
    private const int Certainty = 10;

    /// <summary>Another repair may lead a schedule astray before it comes to the window; a few drawn ones make up for
    /// it.</summary>
    private const int FewRuns = 6;

    private const ulong Seed = 0xca05e;

    private readonly Replay replay = new();
    private readonly ScheduleMix mix = new();

    /// <summary>Finds the cause of a violation.</summary>
    /// <param name="scenario">The shrunk scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="defects">Defects that are planted.</param>
    /// <param name="isRepaired">Whether it was found with everything repaired.</param>
    /// <returns>The cause.</returns>
    public Cause Find(Scenario scenario, Schedule schedule, Violation violation, DefectSet defects, bool isRepaired)
    {
        var trial = new Trial(scenario, schedule, violation);
        Repairs world = isRepaired ? worlds.All : Repairs.None;
        int control = RunsUntilShown(worlds.With(world), trial, defects);
        if (control == 0)
        {
            return Cause.Unattributed;
        }

        int runs = Math.Max(LeastCleanRuns, control * Certainty);
        if (isRepaired || worlds.All == Repairs.None)
        {
            return OfDefects(world, trial, defects, runs);
        }

        Repairs marked = MarksOf(trial, defects) & worlds.All;
        if (IsViolated(worlds.With(worlds.All), trial, defects, runs))
        {
            return OfDefects(worlds.All, trial, defects, runs);
        }

        return OfLimits(trial, runs) ?? OfWindows(trial, marked, runs) ?? OfDefects(world, trial, defects, runs);
    }

    /// <summary>Whether what was found with everything repaired is shown by the protocol as it is, too.</summary>
    /// <param name="scenario">The shrunk scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="defects">Defects that are planted.</param>
    /// <returns>False when it is hidden there, as far as the control's runs tell.</returns>
    public bool ShowsUnrepaired(Scenario scenario, Schedule schedule, Violation violation, DefectSet defects) =>
        IsShown(worlds.With(Repairs.None), new Trial(scenario, schedule, violation), defects, MostControlRuns);

    /// <summary>Which of the causes that others of its kind have explains a violation by the schedule of its own run: it is not
    /// shown with everything repaired, and shown with everything repaired but the cause. Cheap, and used for counting
    /// only.</summary>
    /// <param name="causes">The causes.</param>
    /// <param name="scenario">The scenario of the run.</param>
    /// <param name="schedule">The schedule of the run.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="defects">Defects that are planted.</param>
    /// <param name="marks">Marks of the run.</param>
    /// <param name="isRepaired">Whether the run was made with everything repaired.</param>
    /// <returns>The first cause that does, or null.</returns>
    public Cause? Among(
        IReadOnlyList<Cause> causes, Scenario scenario, Schedule schedule, Violation violation, DefectSet defects, Repairs marks,
        bool isRepaired)
    {
        if (causes.Count == 0)
        {
            return null;
        }

        var trial = new Trial(scenario, schedule, violation);
        foreach (Cause cause in causes.Where(static each => each.Kind == CauseKind.Defect))
        {
            Repairs world = isRepaired ? worlds.All : Repairs.None;
            if (!Replays(worlds.With(world), trial, Without(defects, cause.Names[0])).Any)
            {
                return cause;
            }
        }

        if (isRepaired || Replays(worlds.With(worlds.All), trial, defects).Any)
        {
            return null;
        }

        Cause[] possible = [.. causes.Where(cause => IsMarked(cause, marks))];
        return Array.Find(possible, cause => Replays(Only(cause), trial, default).Same)
            ?? Array.Find(possible, cause => IsShown(Only(cause), trial, default, FewRuns));
    }

    private static bool IsMarked(Cause cause, Repairs marks) => cause.Kind == CauseKind.Limit
        || (cause.Kind == CauseKind.Window && (marks & RepairsOf(cause)) == RepairsOf(cause));

    /// <summary>The world in which a cause alone can do harm.</summary>
    private ScenarioRunner Only(Cause cause) => cause.Kind == CauseKind.Limit
        ? worlds.With(worlds.All, LimitNamed(cause.Names[0]))
        : Without(RepairsOf(cause));

    /// <summary>Everything is repaired but these, and as in the protocol without repairs no limit of repairs is declared: what
    /// one leaves out would hide the window.</summary>
    private ScenarioRunner Without(Repairs repairs) => worlds.With(worlds.All & ~repairs, worlds.LimitsOfRepair);

    /// <summary>Without defects: a window that needs one to do harm is not the cause.</summary>
    private Cause? OfWindows(Trial trial, Repairs marked, int runs)
    {
        List<NamedRepair> named = [.. Named(marked)];
        foreach (int few in (int[])[runs / Certainty * 2, runs])
        {
            NamedRepair single = named.Find(each => IsShown(Without(each.Repairs), trial, default, few));
            if (single.Name is not null)
            {
                return Cause.OfWindows([single.Name]);
            }
        }

        if (!IsShown(Without(marked), trial, default, runs))
        {
            return OfAnyHarm(named, trial, runs);
        }

        for (int i = named.Count - 1; i >= 0 && named.Count > 1; i--)
        {
            Repairs rest = named.Where((_, number) => number != i)
                .Aggregate(Repairs.None, static (sum, each) => sum | each.Repairs);
            if (IsShown(Without(rest), trial, default, runs))
            {
                named.RemoveAt(i);
            }
        }

        return Cause.OfWindows([.. named.Select(static each => each.Name)]);
    }

    /// <summary>With other windows closed the harm may look different; it is still this window's, as all is clean with it
    /// repaired.</summary>
    private Cause? OfAnyHarm(List<NamedRepair> named, Trial trial, int runs)
    {
        foreach (NamedRepair each in named)
        {
            if (IsViolated(Without(each.Repairs), trial, default, runs))
            {
                return Cause.OfWindows([each.Name]);
            }
        }

        return null;
    }

    private Cause? OfLimits(Trial trial, int runs)
    {
        foreach (Limits limit in Enum.GetValues<Limits>())
        {
            bool isDeclared = limit != Limits.None && (worlds.Limits & limit) != 0;
            if (isDeclared && IsShown(worlds.With(worlds.All, limit), trial, default, runs))
            {
                return Cause.OfLimit(NameOf(limit));
            }
        }

        return null;
    }

    private Cause OfDefects(Repairs world, Trial trial, DefectSet defects, int runs)
    {
        foreach (string name in DefectNames.List(defects))
        {
            if (!IsShown(worlds.With(world), trial, Without(defects, name), runs))
            {
                return Cause.OfDefect(name);
            }
        }

        return Cause.Unattributed;
    }

    private Repairs MarksOf(Trial trial, DefectSet defects)
    {
        ScenarioRunner runner = worlds.With(Repairs.None);
        Replays(runner, trial, defects);
        return runner.System.Marks.Seen;
    }

    /// <summary>Drawn schedules until the violation is shown again; 0 when it is not.</summary>
    private int RunsUntilShown(ScenarioRunner runner, Trial trial, DefectSet defects)
    {
        for (int run = 0; run < MostControlRuns; run++)
        {
            if (trial.IsShownBy(Draw(runner, trial, defects, run)))
            {
                return run + 1;
            }
        }

        return 0;
    }

    private bool IsViolated(ScenarioRunner runner, Trial trial, DefectSet defects, int runs)
    {
        if (Replays(runner, trial, defects).Any || !runner.Run(trial.Scenario, NonPreemptive.Instance, defects).Violation.IsNone)
        {
            return true;
        }

        for (int run = 0; run < runs; run++)
        {
            if (!Draw(runner, trial, defects, run).IsNone)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsShown(ScenarioRunner runner, Trial trial, DefectSet defects, int runs)
    {
        if (Replays(runner, trial, defects).Same)
        {
            return true;
        }

        for (int run = 0; run < runs; run++)
        {
            if (trial.IsShownBy(Draw(runner, trial, defects, run)))
            {
                return true;
            }
        }

        return false;
    }

    private (bool Any, bool Same) Replays(ScenarioRunner runner, Trial trial, DefectSet defects)
    {
        replay.Load(trial.Schedule, isStrict: false);
        Violation violation = runner.Run(trial.Scenario, replay, defects).Violation;
        replay.Finish();
        return (!violation.IsNone, trial.IsShownBy(violation));
    }

    private Violation Draw(ScenarioRunner runner, Trial trial, DefectSet defects, int run)
    {
        var random = new Prng(Prng.Derive(Seed, (ulong)run));
        return runner.Run(trial.Scenario, mix.Draw(ref random), defects).Violation;
    }

    private static DefectSet Without(DefectSet defects, string name)
    {
        DefectSet others = default;
        foreach (string each in DefectNames.List(defects).Where(each => each != name))
        {
            DefectNames.TryFind(each, out Defect defect);
            others = others.With(defect);
        }

        return others;
    }

    private static List<NamedRepair> Named(Repairs repairs)
    {
        var named = new List<NamedRepair>();
        foreach (NamedRepair each in RepairCatalog.Entries)
        {
            if ((each.Repairs & repairs) != 0)
            {
                named.Add(each);
            }
        }

        return named;
    }

    private static Repairs RepairsOf(Cause cause)
    {
        Repairs repairs = Repairs.None;
        foreach (string name in cause.Names)
        {
            repairs |= RepairCatalog.TryFind(name, out NamedRepair named) ? named.Repairs : Repairs.None;
        }

        return repairs;
    }

    private static string NameOf(Limits limit) => HyphenName.Of(limit);

    private static Limits LimitNamed(string name) => Enum.GetValues<Limits>().First(each => NameOf(each) == name);

    /// <summary>What is tried in every world.</summary>
    private readonly record struct Trial(Scenario Scenario, Schedule Schedule, Violation Violation)
    {
        internal bool IsShownBy(in Violation other) => other.IsSameKind(Violation);
    }
}
