// A campaign runs scenarios under drawn schedules until a number of runs or a time is reached. It is deterministic for any
// number of jobs: runs are grouped in epochs, what a run does follows from master seed, run index and the corpus at the start
// of its epoch, and at the end of an epoch new scenarios and findings are merged in the order of run indices. Time only
// decides after which epoch to stop. A violation counts only after it was shrunk and strictly replayed; findings are told
// apart by their signatures.

using System.Diagnostics;

namespace Managarm.Perf.Fuzz;

/// <summary>A fuzz campaign.</summary>
public sealed class Campaign
{
    /// <summary>Runs between two changes of the corpus.</summary>
    internal const int EpochRuns = 4096;

    private const int ShrinksPerFault = 4;

    private readonly CampaignOptions options;
    private readonly CampaignCorpus corpus = new();
    private readonly CampaignWorker[] workers;
    private readonly Dictionary<FaultKey, int> shrinksByFault = [];
    private readonly HashSet<string> signatures = [];
    private readonly List<RawFinding> findings = [];
    private CampaignProgress totals;

    /// <summary>Prepares a campaign; loads the corpus.</summary>
    /// <param name="options">Settings.</param>
    /// <exception cref="CorpusException">The corpus cannot be read; the message is one line.</exception>
    public Campaign(CampaignOptions options)
    {
        this.options = options;
        corpus.Load(options.CorpusDirectory);
        workers = new CampaignWorker[options.Jobs];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new CampaignWorker(options, corpus);
        }
    }

    /// <summary>Runs the campaign.</summary>
    /// <param name="observer">Told of progress and findings.</param>
    /// <param name="stop">Ends the campaign after the current epoch.</param>
    /// <returns>Findings and totals.</returns>
    public CampaignReport Run(ICampaignObserver observer, CancellationToken stop)
    {
        long startTimestamp = Stopwatch.GetTimestamp();
        for (long firstRun = 0; !IsOver(firstRun, startTimestamp, stop); firstRun += EpochRuns)
        {
            long runs = options.Runs == 0 ? EpochRuns : Math.Min(EpochRuns, options.Runs - firstRun);
            RunEpoch(firstRun, runs);
            Merge(observer);
            totals = totals with
            {
                CorpusCount = corpus.Count,
                Findings = findings.Count,
                Elapsed = Stopwatch.GetElapsedTime(startTimestamp),
            };
            observer.Progress(totals);
        }

        foreach (CampaignWorker worker in workers)
        {
            worker.Dispose();
        }

        return new CampaignReport(findings, totals);
    }

    private bool IsOver(long firstRun, long startTimestamp, CancellationToken stop) =>
        stop.IsCancellationRequested
        || (options.Runs > 0 && firstRun >= options.Runs)
        || (options.Time > TimeSpan.Zero && Stopwatch.GetElapsedTime(startTimestamp) >= options.Time);

    private void RunEpoch(long firstRun, long runs)
    {
        var share = new EpochShare(firstRun, runs);
        RunAll(worker => worker.RunEpoch(share));
        foreach (CampaignWorker worker in workers)
        {
            totals = totals with
            {
                Runs = totals.Runs + worker.Runs,
                Steps = totals.Steps + worker.Steps,
                Decisions = totals.Decisions + worker.Decisions,
                Calls = totals.Calls + worker.Calls,
                RunsWithSignalInCall = totals.RunsWithSignalInCall + worker.RunsWithSignalInCall,
            };
        }
    }

    /// <summary>Lets every worker do something on a thread of its own, and waits for all.</summary>
    private void RunAll(Action<CampaignWorker> work)
    {
        var threads = new Thread[workers.Length - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            CampaignWorker worker = workers[i + 1];
            threads[i] = new Thread(() => work(worker)) { IsBackground = true };
            threads[i].Start();
        }

        work(workers[0]);
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        foreach (CampaignWorker worker in workers)
        {
            worker.ThrowIfFailed();
        }
    }

    private void Merge(ICampaignObserver observer)
    {
        corpus.Merge(workers.SelectMany(worker => worker.Novelties).OrderBy(novelty => novelty.RunIndex));
        var due = new List<EpochFault>();
        foreach (EpochFault fault in workers.SelectMany(worker => worker.Faults).OrderBy(fault => fault.RunIndex))
        {
            int shrinks = shrinksByFault.GetValueOrDefault(fault.Key);
            if (shrinks < ShrinksPerFault)
            {
                shrinksByFault[fault.Key] = shrinks + 1;
                due.Add(fault);
            }
        }

        // Which faults are shrunk and in which order they are reported does not depend on who shrinks them.
        var share = new ShrinkShare(due);
        RunAll(worker => worker.Shrink(share));
        foreach (RawFinding finding in share.Findings)
        {
            if (signatures.Add(finding.Signature))
            {
                findings.Add(finding);
                observer.Found(finding);
            }
        }
    }
}
