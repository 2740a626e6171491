// Triage: violations of any origin, grouped by what they are due to. It is a campaign's examination without the campaign and
// without its budget: one of each kind is shrunk and attributed, the others are counted for the causes that explain their own
// schedules, and what is left is examined in its turn, until every violation has a cause or is said to have none.

using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Triage;

/// <summary>Groups violations by cause.</summary>
/// <param name="jobs">Worker threads.</param>
/// <param name="stop">Ends it; what was not reached is counted.</param>
internal sealed class TriageSession(int jobs, CancellationToken stop)
{
    private readonly List<TriageGroup> groups = [];
    private readonly HashSet<string> signatures = [];

    /// <summary>Groups, in the order in which they were met.</summary>
    internal IReadOnlyList<TriageGroup> Groups => groups;

    /// <summary>Violations that there was no time for.</summary>
    internal int Unreached { get; private set; }

    /// <summary>Told how many of a number are shrunk; the number is 0 while others are counted.</summary>
    internal Action<int, int> Tell { get; init; } = static (_, _) => { };

    /// <summary>Takes in violations.</summary>
    /// <param name="inputs">The violations.</param>
    internal void Run(IReadOnlyList<TriageInput> inputs)
    {
        foreach (IGrouping<TriageCircumstances, TriageInput> alike in inputs.GroupBy(static input => input.Circumstances))
        {
            if (stop.IsCancellationRequested)
            {
                Unreached += alike.Count();
                continue;
            }

            Run(alike.Key, [.. alike]);
        }
    }

    private void Run(TriageCircumstances circumstances, TriageInput[] inputs)
    {
        IProtocol[] protocols = [.. inputs.Select(static input => input.Protocol).DistinctBy(static each => each.Name)];
        var options = new CampaignOptions
        {
            Protocols = protocols,
            Profile = circumstances.Profile,
            JudgesAllCalls = circumstances.JudgesAllCalls,
            RelaxesDispatch = circumstances.RelaxesDispatch,
            Defects = circumstances.Defects,
            Jobs = jobs,
        };
        var causes = new CampaignCauses();
        var team = new CampaignTeam([.. Enumerable.Range(0, jobs).Select(_ =>
            new CampaignWorker(options, new CampaignCorpus(), causes, static _ => { }))]);
        string NameOf(int protocol) => protocols[protocol].Name;
        var examination = new Examination(team, causes, NameOf, new Watcher(this, inputs, NameOf));
        try
        {
            examination.Run(
                [.. inputs.Select((input, number) => ViolationOf(input, number, protocols))],
                due => causes.Choose(due, long.MaxValue, 0));
        }
        finally
        {
            team.Close();
        }

        Unreached += examination.Unshrunk.Count;
    }

    private static RoundViolation ViolationOf(TriageInput input, int number, IProtocol[] protocols)
    {
        int protocol = Array.FindIndex(protocols, each => each.Name == input.Protocol.Name);
        var key = ViolationKey.Of(protocol, isRepaired: false, input.Violation, input.Scenario);
        return new RoundViolation(
            number, key, input.Scenario, input.Schedule, input.Violation, input.Marks, input.Pending);
    }

    private void Add(TriageInput input, string protocol, Cause cause, RawFinding? finding)
    {
        TriageGroup? group = groups.Find(each => each.Protocol == protocol && each.Cause.Equals(cause));
        if (group is null)
        {
            groups.Add(group = new TriageGroup(protocol, cause));
        }

        group.Names.Add(input.Name);
        if (finding is not null && signatures.Add($"{cause}: {finding.Signature}"))
        {
            group.Findings.Add(finding);
        }
    }

    private sealed class Watcher(TriageSession session, TriageInput[] inputs, Func<int, string> nameOf) : IExaminationWatcher
    {
        public bool IsUp => session.StopsNow;

        public void Shrinking(int count, int done) => session.Tell(count, done);

        public void Shrunk(RoundViolation violation, RawFinding finding) => session.Add(
            inputs[violation.RunIndex], nameOf(violation.Key.Protocol), finding.Cause ?? Cause.Unattributed, finding);

        public void Counted(RoundViolation violation, Cause cause) =>
            session.Add(inputs[violation.RunIndex], nameOf(violation.Key.Protocol), cause, finding: null);

        public void LeftOut(RoundViolation violation) => session.Unreached++;
    }

    private bool StopsNow => stop.IsCancellationRequested;
}

/// <summary>What goes back to one cause.</summary>
/// <param name="protocol">Name of the protocol.</param>
/// <param name="cause">The cause.</param>
internal sealed class TriageGroup(string protocol, Cause cause)
{
    /// <summary>Name of the protocol.</summary>
    internal string Protocol => protocol;

    /// <summary>The cause.</summary>
    internal Cause Cause => cause;

    /// <summary>The files, in the order in which they were settled.</summary>
    internal List<string> Names { get; } = [];

    /// <summary>What those became that were shrunk, one of each signature.</summary>
    internal List<RawFinding> Findings { get; } = [];
}
