// Judges at idle that nothing in the system belongs to somebody who is gone: requests that a server still serves, entries of
// registries, cancel sources. Each of them knows its owner, so the check is exact and one thread's state never hides another's.
// What a protocol declares not to promise is left out: classes of calls that are not wired, and deaf servers where it says so.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Finds state without an owner.</summary>
internal sealed class OwnerJudge
{
    private readonly ModelSystem system;
    private readonly World world;

    internal OwnerJudge(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Judges every thread that has ever been.</summary>
    internal void Judge()
    {
        for (int index = 0; index < world.Threads.All.HighWater; index++)
        {
            if (!IsBalanced((uint)index))
            {
                int strand = system.StrandOfThread((uint)index);
                bool isDead = IsDead((uint)index);
                Invariant invariant = isDead || !system.Protocol.IsMonolithic ? Invariant.Registry : Invariant.Leak;
                system.Ledger.Violate(invariant, -1, isDead ? -1 : system.Ledger[strand].Call - 1);
                return;
            }
        }
    }

    private bool IsDead(uint thread) => world.Threads.All.At((int)thread).State == KernelThreadState.Dead;

    private bool IsBalanced(uint thread)
    {
        ref RequestEntry request = ref system.Ledger.Requests[thread];
        if (!IsDead(thread))
        {
            return CountSources(thread) <= AllowedSources(thread, request);
        }

        bool isPromised = request.Count > 0 && system.IsWired(request.Kind)
            && (system.Protocol.Limits & Limits.Interruption) == 0
            && !(request.IsDeaf && (system.Protocol.Limits & Limits.DeafServers) != 0);
        return !isPromised && (request.Count > 0 || (CountSources(thread) == 0 && !system.Registry.HasEntryOf(thread)));
    }

    /// <summary>A thread has one source for its end, and those that the protocol keeps for it; a call that it is in has one for
    /// its cancellation, where a server serves it one per request, and one more for the time of a poll. What its former requests
    /// hold is not its own.</summary>
    private int AllowedSources(uint thread, in RequestEntry request)
    {
        bool isInCall = system.Protocol.IsMonolithic
            ? system.Ledger[system.StrandOfThread(thread)].Depth > 0 : request.Count > 0;
        bool isTimed = request.Count > 0 && request.Kind == CallKind.Poll;
        return 1 + system.Sides.Signals.SourcesPerThread + (isInCall ? 1 : 0) + (isTimed ? 1 : 0);
    }

    private int CountSources(uint thread)
    {
        Slab<CancelSource> sources = world.Events.Sources;
        int count = 0;
        for (int index = 0; index < sources.HighWater; index++)
        {
            count += sources.IsLiveAt(index) && sources.At(index).Owner == thread + 1 ? 1 : 0;
        }

        return count;
    }
}
