// The life of a cancel source that is not used, which is most of them: create it, register with its token, take the registration
// back, free it.

using Managarm.Perf.Bench.Workloads.Runs;
using Managarm.Perf.Core.Events;

namespace Managarm.Perf.Bench.Workloads.Tokens;

/// <summary>Create, register, unregister and free a cancel source of a world.</summary>
public sealed class WorldTokenUnregister : IWorkload
{
    private readonly DrivenWorld driven = new();

    /// <inheritdoc/>
    public string Name => "token-unregister-world";

    /// <inheritdoc/>
    public string Summary => "CancelScope of a world: create, register, unregister, free";

    /// <inheritdoc/>
    public string Unit => "token";

    /// <inheritdoc/>
    public void Prepare() => driven.World.Reset(default);

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long sum = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            var scope = CancelScope.Open(driven.Events, CancelToken.None);
            int registration = driven.Events.CancelOperationWith(scope.Token, default);
            driven.Events.ForgetOperation(registration);
            scope.Dispose();
            sum += registration;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => driven.Dispose();
}
