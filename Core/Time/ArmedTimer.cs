// A deadline and what it is for: an operation that completes, an event that is raised, or a thread that is woken. Who keeps the
// timers and decides when one expires is the timer source; what happens then is here, alike for all.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Core.Time;

/// <summary>An armed deadline.</summary>
public struct ArmedTimer
{
    /// <summary>Operation that completes, if any.</summary>
    public UntypedHandle Operation;

    /// <summary>Event that is raised instead, if any.</summary>
    public Handle<OneshotEvent> Event;

    /// <summary>Thread that is woken from a futex instead, if any.</summary>
    public UntypedHandle Thread;

    /// <summary>Interrupt pin that is unmasked instead, by number + 1, or 0.</summary>
    public int Pin;

    /// <summary>Absolute deadline in ticks.</summary>
    public long DeadlineTicks;

    /// <summary>Order of arming, for ties.</summary>
    public uint Order;

    /// <summary>Processor whose timer engine keeps it; 0 where there is no hardware.</summary>
    public byte Processor;

    /// <summary>Whether its deadline has been found passed, so that it can be cancelled no more.</summary>
    public bool HasElapsed;

    /// <summary>Whether its operation was completed by somebody else; only a planted defect does that.</summary>
    public bool IsCompleted;

    /// <summary>Does what the deadline is for. The timer is freed before.</summary>
    /// <param name="world">The world.</param>
    public readonly void Expire(World world)
    {
        world.Note(NoteKind.TimerExpired, DeadlineTicks, 0);
        if (IsCompleted)
        {
            PostOnceMore(world);
            return;
        }

        if (!Event.IsNone)
        {
            world.Events.Raise(Event);
            return;
        }

        if (!Thread.IsNone)
        {
            world.Futexes.Expire(Thread);
            return;
        }

        if (Pin != 0)
        {
            world.KernelEvents.Pins?.Unstall(Pin - 1);
            return;
        }

        world.Queues.Post(Operation);
        if (world.Has(Defect.TimerPostsTwice))
        {
            world.Queues.PostAgain(Operation);
        }
    }

    /// <summary>What was completed as cancelled completes again, or is used after it was freed; only a planted defect does
    /// that.</summary>
    private readonly void PostOnceMore(World world)
    {
        if (world.Lanes.Operations.IsLive(Operation))
        {
            world.Queues.PostAgain(Operation);
            return;
        }

        world.Panic(PanicCode.UnexpectedCompletion);
    }

    /// <summary>Completes an operation as cancelled, whose timer was freed before.</summary>
    /// <param name="world">The world.</param>
    /// <param name="operation">The operation.</param>
    public static void Cancel(World world, Handle<Operation> operation)
    {
        world.Lanes.Operations[operation].Error = HelError.Cancelled;
        world.Queues.Post(operation);
    }
}
