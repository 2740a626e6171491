// The life of a cancel source that is used: create it, let somebody wait for its token, cancel, wake the waiter, free it. The
// waiter is a coroutine of a world, so its suspension and resumption are in the figure; peers call a delegate instead.

using Managarm.Perf.Bench.Workloads.Runs;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Bench.Workloads.Tokens;

/// <summary>Create, register, cancel and free a cancel source of a world.</summary>
public sealed class WorldTokenCancel : IWorkload
{
    private readonly DrivenWorld driven = new();
    private CancelScope scope;
    private long woken;

    /// <inheritdoc/>
    public string Name => "token-cancel-world";

    /// <inheritdoc/>
    public string Summary => "CancelScope of a world: create, wait in a coroutine, cancel, resume, free";

    /// <inheritdoc/>
    public string Unit => "token";

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
            scope.Cancel();
            driven.ResumePosted();
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose() => driven.Dispose();

    private async ModelTask<Unit> Listen()
    {
        bool isRaised = false;
        while (!isRaised)
        {
            scope = CancelScope.Open(driven.Events, CancelToken.None);
            isRaised = await driven.Events.WaitForCancel(scope.Token);
            scope.Dispose();
            woken++;
        }

        return default;
    }
}
