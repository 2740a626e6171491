// The workers of a campaign, each on a thread of its own while there is something to do, and the one thread that attends to them.
// Workers that do not end in time may be left alone: their threads die with the process, and nothing of theirs is taken.

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Workers that do the same thing at once.</summary>
/// <param name="workers">The workers.</param>
internal sealed class CampaignTeam(CampaignWorker[] workers)
{
    private const int PollMilliseconds = 50;

    private volatile bool isAbandoned;

    internal IReadOnlyList<CampaignWorker> Workers => workers;

    /// <summary>Steps of all systems, for runs and for everything else.</summary>
    internal long AllSteps => workers.Sum(static worker => worker.AllSteps);

    /// <summary>Ends with the team; its workers are of no use any more.</summary>
    internal void Close()
    {
        if (!isAbandoned)
        {
            Array.ForEach(workers, static worker => worker.Dispose());
        }
    }

    /// <summary>Lets every worker do something and attends to other things meanwhile.</summary>
    /// <param name="work">What a worker does.</param>
    /// <param name="meanwhile">Done now and then, and once when all are done.</param>
    /// <param name="abandons">Whether workers that are still busy are left alone; null when they are waited for.</param>
    internal void Attend(Action<CampaignWorker> work, Action meanwhile, Func<bool>? abandons = null)
    {
        Thread[] threads = [.. workers.Select(worker => new Thread(() => Work(worker)) { IsBackground = true })];
        Array.ForEach(threads, static thread => thread.Start());
        foreach (Thread thread in threads)
        {
            while (!thread.Join(PollMilliseconds))
            {
                meanwhile();
                if (abandons is not null && abandons())
                {
                    isAbandoned = true;
                    return;
                }
            }
        }

        meanwhile();
        Array.ForEach(workers, static worker => worker.ThrowIfFailed());

        void Work(CampaignWorker worker)
        {
            work(worker);
            if (isAbandoned)
            {
                worker.Dispose();
            }
        }
    }
}
