// Lets a coroutine of a server go on in a turn of its own: it is put behind what the server has been given to run already. Needed
// where a coroutine that another one has just started would come to a point at once, since a party stops at one point at a time.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Servers.Dispatch;

/// <summary>Awaits the next turn.</summary>
/// <param name="world">The world.</param>
internal readonly struct TurnAwaiter(World world) : ICriticalNotifyCompletion, IModelAwaiter
{
    /// <summary>Always false.</summary>
    public bool IsCompleted => false;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public TurnAwaiter GetAwaiter() => this;

    /// <summary>Goes on.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box) => world.Post(world.TaskOf(box));

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("turns have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("turns have no delegate continuations");
}
