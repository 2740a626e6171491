// Cancel sources of the calls that threads of the monolithic kernel are in: each call has one, made on the way in and given back
// on the way out, and whoever has a signal for the thread cancels it. A thread without a source is in user code.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Makes, cancels and gives back the sources of calls.</summary>
internal sealed class CallSources
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly ThreadTable<MonolithicThread> threads;

    internal CallSources(ModelSystem system, ThreadTable<MonolithicThread> threads)
    {
        this.system = system;
        this.threads = threads;
        world = system.World;
    }

    /// <summary>Whether a thread is in a call.</summary>
    /// <param name="thread">A live thread.</param>
    /// <returns>True when its call has a source.</returns>
    internal bool IsInCall(Handle<PosixThread> thread) => !threads[thread.Index].CallSource.IsNone;

    /// <summary>A call begins; one that starts over has its source already where nobody has given that back.</summary>
    /// <param name="self">The calling thread.</param>
    internal void Begin(Handle<PosixThread> self)
    {
        if (threads[self.Index].CallSource.IsNone)
        {
            threads[self.Index].CallSource = world.Events.CreateSource(system.Posix.Processes.Thread(self).Kernel.Index);
        }
    }

    /// <summary>The token of a thread's call.</summary>
    /// <param name="self">The calling thread.</param>
    /// <returns>Cancelled when the call is to end.</returns>
    internal CancelToken TokenOf(Handle<PosixThread> self) => new(threads[self.Index].CallSource);

    /// <summary>Ends what a thread waits for in its call, because a signal or its end is there.</summary>
    /// <param name="target">A thread in a call.</param>
    internal void Cancel(Handle<PosixThread> target)
    {
        system.Ledger.CallCancelled(system.Posix.Processes.Thread(target).Strand);
        world.Events.CancelSource(threads[target.Index].CallSource);
    }

    /// <summary>A call is over, and so is its source.</summary>
    /// <param name="self">The calling thread.</param>
    internal void Release(Handle<PosixThread> self)
    {
        if (world.Has(Defect.FlagNotReset))
        {
            return;
        }

        if (!world.Has(Defect.RegistryEntryKept))
        {
            world.Events.FreeSource(threads[self.Index].CallSource);
        }

        threads[self.Index].CallSource = default;
    }

    /// <summary>A cancel that came for a signal which is blocked now must not end the wait.</summary>
    /// <param name="self">The calling thread.</param>
    /// <param name="token">Token of its call so far.</param>
    /// <returns>That token, or a new one when it is cancelled.</returns>
    internal CancelToken Renew(Handle<PosixThread> self, CancelToken token)
    {
        if (!world.Events.IsCancelled(token))
        {
            return token;
        }

        world.Events.FreeSource(threads[self.Index].CallSource);
        threads[self.Index].CallSource = world.Events.CreateSource(system.Posix.Processes.Thread(self).Kernel.Index);
        return new CancelToken(threads[self.Index].CallSource);
    }
}
