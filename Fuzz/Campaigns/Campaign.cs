// A campaign runs scenarios under drawn schedules until a number of runs or a time is reached. It is deterministic for any
// number of jobs: runs are grouped in rounds, what a run does follows from master seed, run index and the corpus at the start
// of its round, and at the end of a round new scenarios and findings are merged in the order of run indices. Time only
// decides when to stop. A violation is told when it is seen, so that nothing is lost. One of each kind is shrunk, strictly
// replayed and attributed to a cause; the others are counted for it as far as it explains them, and what it does not explain is
// examined in its turn. Findings are told apart by signature and cause, and each is told as soon as those before it are.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>A fuzz campaign.</summary>
public sealed class Campaign : IExaminationWatcher
{
    /// <summary>Runs between two changes of the corpus.</summary>
    internal const int RoundRuns = 4096;

    private readonly CampaignOptions options;
    private readonly CampaignCorpus corpus = new();
    private readonly CampaignTeam team;
    private readonly Examination examination;
    private readonly CampaignDirectory? directory;
    private readonly CampaignCauses causes = new();
    private readonly HashSet<string> signatures = [];
    private readonly List<RawFinding> findings = [];
    private readonly List<CampaignFindingLine> lines = [];
    private ICampaignObserver observer = SilentObserver.Instance;
    private CampaignClock clock;
    private CampaignProgress totals;
    private int rounds;
    private long nextRun;
    private long stepsBefore;
    private long stepsOfRuns;

    /// <summary>Prepares a campaign; loads the corpus.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="directory">Where it lasts, and from whose state it goes on; null for a campaign that leaves findings only. It
    /// then consists of whole rounds: budgets are rounded up, and a round that is not finished is left to whoever
    /// resumes.</param>
    /// <exception cref="CorpusException">The corpus cannot be read; the message is one line.</exception>
    public Campaign(CampaignOptions options, CampaignDirectory? directory = null)
    {
        this.options = options;
        this.directory = directory;
        clock = new CampaignClock(options.Time, CancellationToken.None);
        if (directory?.State is { } state)
        {
            Restore(directory, state);
        }
        else
        {
            corpus.Load(options.CorpusDirectory);
        }

        team = new CampaignTeam([.. Enumerable.Range(0, options.Jobs).Select(_ =>
            new CampaignWorker(options, corpus, causes, violation => observer.Seen(violation.Pending)))]);
        examination = new Examination(team, causes, NameOf, this);
    }

    /// <summary>Scenarios that it starts from.</summary>
    public int SeedCount => corpus.SeedCount;

    /// <summary>Runs the campaign.</summary>
    /// <param name="watcher">Told of progress and findings.</param>
    /// <param name="stop">Ends the campaign within seconds.</param>
    /// <returns>Findings of this session, and totals.</returns>
    public CampaignReport Run(ICampaignObserver watcher, CancellationToken stop)
    {
        observer = watcher;
        clock = new CampaignClock(options.Time, stop);
        directory?.Events.Began(options, directory.State);
        if (directory is { State: null })
        {
            Commit();
        }

        while (!clock.IsOver && !IsSpent())
        {
            long runs = RunsOfRound();
            bool isWhole = RunRound(nextRun, runs);
            if (directory is not null && !isWhole)
            {
                break;
            }

            Merge();
            totals = totals with { CorpusCount = corpus.Count, Findings = lines.Count, Elapsed = clock.Elapsed };
            observer.Progress(totals);
            if (examination.Unshrunk.Count > 0)
            {
                break;
            }

            rounds++;
            nextRun += runs;
            Commit();
        }

        directory?.Events.Ended(
            stop.IsCancellationRequested ? "interrupted" : IsSpent() ? "done" : "time", clock.Elapsed);
        team.Close();
        return new CampaignReport(findings, totals)
        {
            Unshrunk =
            [
                .. examination.Unshrunk.Select(violation =>
                    new UnshrunkViolation(violation.Pending, !causes.IsExamined(violation.Key))),
            ],
            Causes = causes.Lines,
            LeftOut = causes.LeftOut,
        };
    }

    private bool IsSpent() => (options.Runs > 0 && totals.Runs >= options.Runs)
        || (options.Steps > 0 && totals.Steps >= options.Steps);

    private long RunsOfRound() => options.Runs == 0 || directory is not null
        ? RoundRuns
        : Math.Min(RoundRuns, options.Runs - totals.Runs);

    private void Restore(CampaignDirectory from, CampaignState state)
    {
        corpus.Restore(CampaignDirectory.ReadCorpus(from.Root, state), state);
        totals = state.Totals with
        {
            CorpusCount = corpus.Count,
            Findings = state.Findings.Count,
            RunsBefore = state.Totals.Runs,
        };
        rounds = state.Rounds;
        nextRun = state.NextRun;
        lines.AddRange(state.Findings);
        signatures.UnionWith(state.Findings.Select(static finding => KeyOf(finding.Signature, finding.Cause)));
        causes.Restore(state);
        stepsOfRuns = totals.Steps;
    }

    private void Commit()
    {
        if (directory is null)
        {
            return;
        }

        var state = new CampaignState
        {
            Options = options,
            Rounds = rounds,
            NextRun = nextRun,
            Totals = totals,
            CorpusCount = corpus.Count,
            SeedCount = corpus.SeedCount,
            Features = corpus.Seen.ToArray(),
            Findings = [.. lines],
            Causes = [.. causes.Lines],
            Kinds = [.. causes.Kinds],
            SpentSteps = causes.SpentSteps,
            LeftOut = causes.LeftOut,
        };
        directory.Commit(state, corpus);
        directory.Events.Committed(state, clock.Elapsed);
    }

    /// <summary>Makes the runs of a round.</summary>
    /// <returns>Whether all were made.</returns>
    private bool RunRound(long firstRun, long runs)
    {
        long runsBefore = totals.Runs;
        var share = new RoundShare(firstRun, runs);
        team.Attend(worker => worker.RunRound(share), () =>
        {
            if (clock.IsOver)
            {
                share.Close();
            }

            observer.Progress(Sum() with { Elapsed = clock.Elapsed });
        });
        CampaignProgress sum = Sum();
        bool isWhole = sum.Runs == runsBefore + runs;
        if (isWhole || directory is null)
        {
            totals = sum;
        }

        return isWhole;
    }

    /// <summary>The totals with what the workers have done in this round so far.</summary>
    private CampaignProgress Sum()
    {
        CampaignProgress sum = totals with { CorpusCount = corpus.Count, Findings = lines.Count };
        foreach (CampaignWorker worker in team.Workers)
        {
            sum = sum with
            {
                Runs = sum.Runs + worker.Runs,
                Steps = sum.Steps + worker.Steps,
                Decisions = sum.Decisions + worker.Decisions,
                Calls = sum.Calls + worker.Calls,
                RunsWithSignalInCall = sum.RunsWithSignalInCall + worker.RunsWithSignalInCall,
            };
        }

        return sum;
    }

    private void Merge()
    {
        corpus.Merge(team.Workers.SelectMany(worker => worker.Novelties).OrderBy(novelty => novelty.RunIndex), rounds);
        foreach (((int protocol, Cause cause), long runs) in team.Workers.SelectMany(static worker => worker.Counted)
            .OrderBy(static each => each.Key.Protocol).ThenBy(static each => each.Key.Cause.ToString(), StringComparer.Ordinal))
        {
            causes.Count(NameOf(protocol), cause, runs);
        }

        examination.Run(
            [.. team.Workers.SelectMany(worker => worker.Violations).OrderBy(each => each.RunIndex)],
            due => causes.Choose(due, totals.Steps, StepsNow()));
        causes.Spend(StepsNow());
        stepsBefore = team.AllSteps;
        stepsOfRuns = totals.Steps;
    }

    /// <summary>What looks the same and is due to something else is another finding: it may be new.</summary>
    private static string KeyOf(string signature, Cause cause) => $"{cause}: {signature}";

    private string NameOf(int protocol) => options.Protocols[protocol].Name;

    /// <summary>Steps that were taken for other things than runs since the last round was merged.</summary>
    private long StepsNow() => team.AllSteps - stepsBefore - (totals.Steps - stepsOfRuns);

    bool IExaminationWatcher.IsUp => clock.IsUp;

    void IExaminationWatcher.Shrinking(int count, int done) => observer.Progress(totals with
    {
        CorpusCount = corpus.Count,
        Findings = lines.Count,
        Elapsed = clock.Elapsed,
        Shrinking = count,
        Shrunk = done,
    });

    void IExaminationWatcher.Shrunk(RoundViolation violation, RawFinding finding)
    {
        Cause cause = finding.Cause ?? Cause.Unattributed;
        if (signatures.Add(KeyOf(finding.Signature, cause)))
        {
            findings.Add(finding);
            string folder = observer.Found(finding);
            string protocol = NameOf(violation.Key.Protocol);
            lines.Add(new CampaignFindingLine(finding.Signature, folder, rounds, violation.RunIndex, protocol, cause));
        }

        observer.Settled(violation.Pending);
    }

    void IExaminationWatcher.Counted(RoundViolation violation, Cause cause) => observer.Settled(violation.Pending);

    void IExaminationWatcher.LeftOut(RoundViolation violation) => observer.Settled(violation.Pending);

    /// <summary>Watches a campaign that does not run yet.</summary>
    private sealed class SilentObserver : ICampaignObserver
    {
        internal static SilentObserver Instance { get; } = new();

        public void Progress(in CampaignProgress progress)
        {
        }

        public string Found(RawFinding finding) => "";
    }
}
