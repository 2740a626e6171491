// Lists every single thing that a finding could do without: each call, strand, resource, signal and deviation, each condition
// and accepted result, each argument by one step. It is written apart from the shrinker's reductions and uses none of them, so
// that a mistake in one is seen by the other. Copying and repairing scenarios, and asking the baseline, is all that both share.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>All single deletions of a finding.</summary>
internal sealed class DeletionList
{
    private readonly Scenario scenario;
    private readonly int deviations;
    private readonly List<Deletion> deletions = [];

    private DeletionList(Scenario scenario, int deviations)
    {
        this.scenario = scenario;
        this.deviations = deviations;
    }

    /// <summary>Lists the deletions.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="deviations">Deviations of its schedule.</param>
    internal static IReadOnlyList<Deletion> Of(Scenario scenario, int deviations)
    {
        var list = new DeletionList(scenario, deviations);
        list.AddCalls();
        list.AddDeclarations();
        list.AddSignals();
        list.AddSteps();
        if (deviations > 0)
        {
            list.deletions.Add(new Deletion("a deviation", Copy(scenario), deviations - 1));
        }

        return list.deletions;
    }

    private static Scenario Copy(Scenario scenario)
    {
        var copy = new Scenario();
        copy.CopyFrom(scenario);
        return copy;
    }

    private void Add(string what, Action<Scenario> leaveOut)
    {
        Scenario copy = Copy(scenario);
        leaveOut(copy);
        ScenarioRepair.Apply(copy);
        bool isSame = copy.ContentEquals(scenario);
        if (!isSame && copy.CallCount > 0 && ScenarioRules.Check(copy) == ScenarioProblem.None)
        {
            deletions.Add(new Deletion(what, copy, deviations));
        }
    }

    private void AddCalls()
    {
        for (int i = 0; i < scenario.CallCount; i++)
        {
            int call = i;
            Add($"the call `{ScenarioFormatter.FormatCall(scenario, call)}`", copy => copy.RemoveCall(call));
        }
    }

    private void AddDeclarations()
    {
        for (int i = 0; i < scenario.StrandCount; i++)
        {
            int strand = i;
            Strand gone = scenario.StrandAt(i);
            string what = gone.Kind == StrandKind.Handler
                ? $"the handler of {SignalTable.NameAt(gone.Signal)}"
                : gone.IsActor ? $"{gone.Name}" : $"the lines of {gone.Kind.ToString().ToLowerInvariant()}";
            Add(what, copy => copy.StrandAt(strand).Kind = StrandKind.None);
        }

        if (!scenario.HasPlainMachine)
        {
            Add("the machine", copy =>
            {
                copy.ProcessorCount = 1;
                copy.Alarm = AlarmKind.TscDeadline;
            });
        }

        for (int i = 0; i < scenario.ResourceCount; i++)
        {
            int resource = i;
            Add($"{scenario.ResourceAt(i).Name}", copy => copy.ResourceAt(resource).Kind = ResourceKind.None);
            Add($"the kind of {scenario.ResourceAt(i).Name}", copy =>
                copy.ResourceAt(resource).Behaviour = FileBehaviour.Terminal);
        }
    }

    /// <summary>A signal goes with all calls that send it or install its action, and leaves all sets.</summary>
    private void AddSignals()
    {
        for (int i = 0; i < SignalTable.Count; i++)
        {
            int signal = i;
            Add($"the signal {SignalTable.NameAt(signal)}", copy =>
            {
                for (int call = copy.CallCount - 1; call >= 0; call--)
                {
                    if (!LeaveSets(ref copy.CallAt(call), signal))
                    {
                        copy.RemoveCall(call);
                    }
                }
            });
        }
    }

    private static bool LeaveSets(ref Call call, int signal)
    {
        CallDescription description = CallTable.Of(call.Kind);
        for (int argument = 0; argument < description.ArgumentCount; argument++)
        {
            if (description.ArgumentAt(argument) == ArgumentKind.Signal && call.Argument(argument) == signal)
            {
                return false;
            }

            if (description.ArgumentAt(argument) == ArgumentKind.SignalSet)
            {
                call.SetArgument(argument, call.Argument(argument) & ~(1 << signal));
            }
        }

        return true;
    }

    private void AddSteps()
    {
        for (int i = 0; i < scenario.CallCount; i++)
        {
            int call = i;
            string line = ScenarioFormatter.FormatCall(scenario, call);
            Add($"the condition of `{line}`", copy => copy.CallAt(call).WhenBlocked = Scenario.None);
            Add($"the settling in `{line}`", copy => copy.CallAt(call).WhenSettled = false);
            Add($"the accepted results of `{line}`", copy => copy.CallAt(call).Allowed = default);
            CallDescription description = CallTable.Of(scenario.CallAt(call).Kind);
            for (int argument = 0; argument < description.ArgumentCount; argument++)
            {
                AddSteps(call, argument, description.ArgumentAt(argument), line);
            }
        }
    }

    private void AddSteps(int call, int argument, ArgumentKind kind, string line)
    {
        int value = scenario.CallAt(call).Argument(argument);
        foreach (int lower in LowerValues(kind, value))
        {
            Add($"argument {argument + 1} of `{line}` as {lower}", copy =>
            {
                copy.CallAt(call).SetArgument(argument, lower);
                if (kind == ArgumentKind.OptionalPollDescriptor)
                {
                    copy.CallAt(call).SetArgument(argument + 1, 0);
                }
            });
        }
    }

    private static IEnumerable<int> LowerValues(ArgumentKind kind, int value)
    {
        switch (kind)
        {
            case ArgumentKind.ByteCount or ArgumentKind.Ticks when value > 1:
                return [1, value - 1];
            case ArgumentKind.Status when value > 0:
                return [0, value - 1];
            case ArgumentKind.Timeout when value >= 0:
                return [-1, value - 1];
            case ArgumentKind.OptionalPollDescriptor when value >= 0:
                return [-1];
            case ArgumentKind.SignalSet or ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.PollEvents:
                int least = kind == ArgumentKind.PollEvents ? 1 : 0;
                return Enumerable.Range(0, 16).Where(bit => (value >> bit & 1) != 0).Select(bit => value & ~(1 << bit))
                    .Where(lower => lower >= least);
            default:
                return [];
        }
    }
}

// One thing left out of a finding, for the checker of minimality. It says in words what is gone, so that whoever is told that the
// finding can do without it need not compare scenarios.
/// <summary>A finding without one thing.</summary>
/// <param name="What">What was left out, in words.</param>
/// <param name="Scenario">The scenario without it, valid and linked.</param>
/// <param name="Deviations">Deviations that a schedule may have.</param>
internal sealed record Deletion(string What, Scenario Scenario, int Deviations);
