// A oneshot event without a world: a slot of a slab, its word, and a table of continuations by number. Real atomics, so two
// compare-exchanges are its floor. The waiter is called through a delegate, as the pooled source calls its own.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Bench.Workloads.Events;

/// <summary>Create, await, raise and recycle a <see cref="OneshotWord{TSync}"/>.</summary>
public sealed class WordEvent : IWorkload
{
    private const int Waiter = 1;
    private const int Events = 64;

    private readonly Arena arena = new(coldCapacityBytes: 64 * 1024);
    private readonly Slab<OneshotEvent> slab;
    private readonly Action<object?>[] continuations = [static _ => { }, static workload => ((WordEvent)workload!).woken++];
    private long woken;

    public WordEvent()
    {
        slab = new Slab<OneshotEvent>(arena, Events, ObjectKind.Event);
        arena.Seal();
    }

    /// <inheritdoc/>
    public string Name => "event-word";

    /// <inheritdoc/>
    public string Summary => "OneshotWord in a slab: create, await, raise, call the waiter, recycle";

    /// <inheritdoc/>
    public string Unit => "event";

    /// <inheritdoc/>
    public void Prepare() => woken = 0;

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            Handle<OneshotEvent> handle = slab.Allocate();
            ref long word = ref slab[handle].Word;
            word = OneshotWord<RealSync>.Fresh(handle.Generation);
            OneshotResult waits = OneshotWord<RealSync>.Await(ref word, handle.Generation, Waiter);
            OneshotResult raised = OneshotWord<RealSync>.Raise(ref word, handle.Generation, out int waiter);
            Verify.That(waits == OneshotResult.Pending && raised == OneshotResult.Raised, "an event of one thread was settled");
            continuations[waiter](this);
            slab.Free(handle);
        }

        return woken;
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();
}
