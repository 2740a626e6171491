// The awaitable behind Events.Wait. Whoever waits also cleans up: registrations and event are freed when the waiter runs
// again, so a bell that rings in between finds the event settled and does nothing.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Core.Events;

/// <summary>A wait for bells and a token; the result is false when it was cancelled.</summary>
public readonly struct BellWait : ICriticalNotifyCompletion, IModelAwaiter
{
    private readonly OneshotEvents events;
    private readonly Handle<OneshotEvent> oneshot;
    private readonly Handle<ArmedTimer> timer;
    private readonly int first;
    private readonly int second;
    private readonly int third;

    internal BellWait(
        OneshotEvents events, Handle<OneshotEvent> oneshot, Handle<ArmedTimer> timer, int first, int second, int third)
    {
        this.events = events;
        this.oneshot = oneshot;
        this.timer = timer;
        this.first = first;
        this.second = second;
        this.third = third;
    }

    /// <summary>Whether the token was cancelled before the wait began.</summary>
    public bool IsCompleted => oneshot.IsNone;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public BellWait GetAwaiter() => this;

    /// <summary>Ends the wait.</summary>
    /// <returns>False when it was cancelled.</returns>
    public bool GetResult() => !oneshot.IsNone && events.EndWait(oneshot, timer, first, second, third);

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box)
    {
        OneshotResult result = events.Await(oneshot, events.Tasks.Adopt(box));
        Verify.That(result == OneshotResult.Pending, "a wait was settled before it began");
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("kernel waits have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("kernel waits have no delegate continuations");
}
