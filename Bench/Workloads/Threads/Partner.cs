// The second thread of a workload that needs two. It runs the workload's other half once per run and sleeps in between, so that
// an idle workload keeps no core busy; it spins for a moment before it sleeps, so that runs that follow each other at once do
// not pay for waking it. It sits on a processor of its own where the system allows that.

namespace Managarm.Perf.Bench.Workloads.Threads;

/// <summary>A thread that runs the other half of a workload.</summary>
public sealed class Partner : IDisposable
{
    private const int SpinsBeforeSleep = 200;

    // A partner whose other half has failed waits for it for ever; as a background thread it does not keep the process.
    private const int StopMilliseconds = 1000;

    private readonly IPartnerBody body;
    private readonly ManualResetEventSlim start = new(initialState: false, SpinsBeforeSleep);
    private Thread? thread;
    private volatile bool isStopping;
    private int operations;
    private long result;
    private long finishedRuns;
    private long startedRuns;

    /// <summary>Prepares a partner without a thread.</summary>
    /// <param name="body">The other half.</param>
    public Partner(IPartnerBody body)
    {
        this.body = body;
    }

    /// <summary>Starts the thread.</summary>
    public void Begin()
    {
        thread = new Thread(Loop) { IsBackground = true, Name = "partner" };
        thread.Start();
    }

    /// <summary>Lets the other half run once.</summary>
    /// <param name="count">Operations of the run.</param>
    public void Start(int count)
    {
        operations = count;
        startedRuns++;
        start.Set();
    }

    /// <summary>Waits for the other half's end. Acquire read: everything it wrote is visible.</summary>
    /// <returns>Its result.</returns>
    public long Join()
    {
        var spin = default(BoundedSpin);
        while (Volatile.Read(ref finishedRuns) != startedRuns)
        {
            spin.Once();
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isStopping = true;
        start.Set();
        thread?.Join(StopMilliseconds);
        start.Dispose();
    }

    private void Loop()
    {
        ProcessorPin.PinPartner();
        while (true)
        {
            start.Wait();
            start.Reset();
            if (isStopping)
            {
                return;
            }

            result = body.RunPartner(operations);
            Volatile.Write(ref finishedRuns, finishedRuns + 1);
        }
    }
}

/// <summary>The half of a workload that runs on the partner's thread.</summary>
public interface IPartnerBody
{
    /// <summary>Does its part of a run.</summary>
    /// <param name="operations">Operations of the run.</param>
    /// <returns>Something that depends on every operation.</returns>
    long RunPartner(int operations);
}
