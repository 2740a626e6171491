// An event where servers use it: a coroutine of a world waits for a bell, the bell rings, the coroutine is posted to its party,
// taken out of the inbox and resumed. This is more than the bare event: access log, registration, inbox and coroutine are in it,
// so its peers are async methods that await, not sources alone.

using Managarm.Perf.Bench.Workloads.Runs;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Wait for a bell in a coroutine, ring it, resume the coroutine.</summary>
public sealed class WorldEvent : IWorkload
{
    private readonly DrivenWorld driven = new();
    private long woken;

    /// <inheritdoc/>
    public string Name => "event-await-world";

    /// <inheritdoc/>
    public string Summary => "Events of a world: a coroutine waits for a bell, is posted and resumed";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare()
    {
        driven.World.Reset(default);
        Listen().Detach();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            driven.Ring();
            driven.ResumePosted();
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose() => driven.Dispose();

    private async ModelTask<Unit> Listen()
    {
        while (await driven.BellRings())
        {
            woken++;
        }

        return default;
    }
}
