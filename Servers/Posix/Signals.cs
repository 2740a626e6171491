// Signals as the POSIX server handles them (process.cpp, class SignalContext and the queues): issuing, polling, accepting.
// Acceptance is the moment of no return: disposition and SA_RESETHAND are resolved, the entered-signal sequence moves on, and
// from then on the signal must be raised before the next user instruction outside of a guard. No target thread is chosen for
// a signal that is directed at a process: every thread is interrupted and the first that looks takes it. What is accepted is
// raised or parked by Observations (HandlePending); a parked signal is kept in PosixThread.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Baseline;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Pending signals and what becomes of them.</summary>
public sealed class Signals
{
    private readonly ModelSystem system;
    private readonly World world;

    internal Signals(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Issues a signal to a process (ThreadGroup::issueThreadGroupSignal).</summary>
    /// <param name="process">A process.</param>
    /// <param name="signal">Table index.</param>
    public void IssueToProcess(Handle<Process> process, int signal)
    {
        ref Process state = ref system.Posix.Processes[process];
        if (state.State is not (ProcessState.Alive or ProcessState.Ending))
        {
            return;
        }

        world.Note(NoteKind.SignalIssued, signal, state.Strand);
        system.Ledger.Signals.Issued(state.Strand, -1, signal);
        state.SignalSequence++;
        state.Signals.Add(signal, Merges(state.Signals, signal));
        world.Events.Ring(ref state.Signals.Bell);
        (system.Calls as MonolithicKernel)?.Attention.SignalIssued(process, default, signal);
    }

    /// <summary>Issues a signal to one thread (Process::issueThreadSignal).</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="signal">Table index.</param>
    public void IssueToThread(Handle<PosixThread> thread, int signal)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        world.Note(NoteKind.SignalIssued, signal, state.Strand);
        system.Ledger.Signals.Issued(system.Posix.Processes[state.Process].Strand, state.Strand, signal);
        system.Posix.Processes[state.Process].SignalSequence++;
        if (world.Has(Defect.BlockedSignalDropped) && (state.Mask >> signal & 1) != 0)
        {
            return;
        }

        ref SignalQueue queue = ref world.Has(Defect.ThreadSignalForProcess)
            ? ref system.Posix.Processes[state.Process].Signals : ref state.Signals;
        queue.Add(signal, Merges(queue, signal));
        world.Events.Ring(ref queue.Bell);
        (system.Calls as MonolithicKernel)?.Attention.SignalIssued(state.Process, thread, signal);
    }

    /// <summary>Issues SIGPIPE to a thread that has written to a pipe without readers.</summary>
    /// <param name="thread">The writer.</param>
    public void IssueBrokenPipe(Handle<PosixThread> thread)
    {
        if (world.Has(Defect.BrokenPipeSignalForgotten))
        {
            return;
        }

        IssueToThread(thread, SignalTable.IndexOf(SignalNumber.Pipe));
        system.Ledger.BrokenPipe(system.Posix.Processes.Thread(thread).Strand);
    }

    /// <summary>Drops one pending instance of a signal that is ignored.</summary>
    /// <param name="thread">The thread that would take it.</param>
    /// <param name="signal">Table index.</param>
    public void Drop(Handle<PosixThread> thread, int signal)
    {
        TryFetch(thread, SignalTable.MaskOf(signal));
        system.Ledger.SignalIgnored(system.Posix.Processes.Thread(thread).Strand, signal);
    }

    /// <summary>Signals pending for a thread, its own and its process's.</summary>
    /// <param name="thread">A thread.</param>
    /// <returns>Set by table index.</returns>
    public ushort Pending(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        return (ushort)(state.Signals.Active | system.Posix.Processes[state.Process].Signals.Active);
    }

    /// <summary>Whether a thread has a pending signal that is neither blocked nor ignored. KILL is deliverable in any case,
    /// whatever the mask says.</summary>
    /// <param name="thread">A thread.</param>
    /// <returns>True when a signal should be delivered.</returns>
    public bool HasDeliverable(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        int candidates = Pending(thread) & (~state.Mask | KillMask);
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            if ((candidates >> signal & 1) != 0 && !IsIgnored(state.Process, signal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks for a pending signal that would end a thread's process.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Table index of the lowest one that is not blocked, or -1.</returns>
    public int FatalPending(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        int candidates = Pending(thread) & (~state.Mask | KillMask);
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            SignalAction action = system.Posix.Processes[state.Process].Actions[signal];
            bool isDefault = action.Disposition == SignalDisposition.Default;
            if ((candidates >> signal & 1) != 0 && isDefault && !IsIgnored(action, signal))
            {
                return signal;
            }
        }

        return -1;
    }

    /// <summary>Makes a signal pending again that was accepted for a thread and could not be raised.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="signal">Table index.</param>
    public void PutBack(Handle<PosixThread> thread, int signal)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        world.Note(NoteKind.SignalPutBack, signal, state.Strand);
        system.Ledger.SignalPutBack(state.Strand, signal);
        state.Signals.Add(signal, Merges(state.Signals, signal));
    }

    /// <summary>Waits until a signal of a set was issued after a sequence number (Process::pollSignal).</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="sequence">Sequence number seen last.</param>
    /// <param name="mask">Signals of interest, by table index.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The current sequence number.</returns>
    public async ModelTask<uint> Poll(Handle<PosixThread> thread, uint sequence, ushort mask, CancelToken token)
    {
        while (!HasNews(thread, sequence, mask) && !world.Events.IsCancelled(token))
        {
            await WaitForBells(thread, token);
        }

        return system.Posix.Processes[system.Posix.Processes.Thread(thread).Process].SignalSequence;
    }

    /// <summary>Whether a signal of a set is pending and one was issued after a sequence number.</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="sequence">Sequence number seen last.</param>
    /// <param name="mask">Signals of interest, by table index.</param>
    /// <returns>True when a poll would not wait.</returns>
    public bool HasNews(Handle<PosixThread> thread, uint sequence, ushort mask)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        return sequence != system.Posix.Processes[state.Process].SignalSequence && (Pending(thread) & mask) != 0;
    }

    /// <summary>Whether a thread has a pending signal that it neither blocks nor ignores; an observer's look.</summary>
    /// <param name="thread">A thread.</param>
    /// <returns>True when a wait for its delivery may end.</returns>
    internal bool IsDeliverySeen(Handle<PosixThread> thread)
    {
        bool logs = world.Log.IsEnabled;
        world.Log.IsEnabled = false;
        bool isSeen = HasDeliverable(thread);
        world.Log.IsEnabled = logs;
        return isSeen;
    }

    /// <summary>Takes a pending signal: lowest number first, thread before process (Process::tryFetchSignal).</summary>
    /// <param name="thread">A thread.</param>
    /// <param name="allowed">Signals that may be taken.</param>
    /// <returns>Table index, or -1.</returns>
    public int TryFetch(Handle<PosixThread> thread, ushort allowed)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        ref Process process = ref system.Posix.Processes[state.Process];
        int own = state.Signals.Active & allowed;
        int shared = process.Signals.Active & allowed;
        if ((own | shared) == 0)
        {
            return -1;
        }

        int lowest = System.Numerics.BitOperations.TrailingZeroCount(own | shared);
        ref SignalQueue queue = ref (own >> lowest & 1) != 0 ? ref state.Signals : ref process.Signals;
        int taken = queue.TryTake(allowed);
        bool isLast = (queue.Active >> taken & 1) == 0;
        if (isLast && world.Has(Defect.SignalTakenTwice) && process.Actions[taken].Disposition == SignalDisposition.Handle)
        {
            queue.Add(taken, merges: false);
        }

        return taken;
    }

    /// <summary>Accepts a fetched signal (SignalContext::acceptSignal).</summary>
    /// <param name="thread">The thread that takes it.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>What it leads to.</returns>
    public SignalHandling Accept(Handle<PosixThread> thread, int signal)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        ref Process process = ref system.Posix.Processes[state.Process];
        state.EnteredSignalSequence++;
        var handling = new SignalHandling { Action = process.Actions[signal] };
        if ((handling.Action.Flags & SignalActionFlags.ResetHandler) != 0)
        {
            int reset = world.Has(Defect.ResetHandlerHitsNeighbour) && signal + 1 < SignalTable.Count ? signal + 1 : signal;
            process.Actions[reset].Disposition = SignalDisposition.Default;
            system.Posix.Observations.Grace.ActionsChanged(state.Process);
        }

        handling.IsIgnored = IsIgnored(handling.Action, signal)
            && !(world.Has(Defect.IgnoredSignalInterrupts) && handling.Action.Disposition == SignalDisposition.Ignore);
        handling.IsFatal = handling.Action.Disposition == SignalDisposition.Default && !handling.IsIgnored;
        world.Note(handling.IsIgnored ? NoteKind.SignalIgnored : NoteKind.SignalAccepted, signal, state.Strand);
        system.Ledger.SignalAccepted(state.Strand, signal, handling);
        return handling;
    }

    /// <summary>Changes a signal's action and discards what becomes ignored (requests/process.cpp, SigactionRequest).</summary>
    /// <param name="caller">The calling thread.</param>
    /// <param name="signal">Table index.</param>
    /// <param name="disposition">New disposition.</param>
    /// <param name="flags">New flags.</param>
    /// <returns>EINVAL for KILL.</returns>
    public Errno ChangeAction(Handle<PosixThread> caller, int signal, SignalDisposition disposition, SignalActionFlags flags)
    {
        if (!SignalTable.IsCatchable(SignalTable.NumberAt(signal)) && !world.Has(Defect.KillCanBeBlocked))
        {
            return Errno.EINVAL;
        }

        Handle<Process> process = system.Posix.Processes.Thread(caller).Process;
        ref Process state = ref system.Posix.Processes[process];
        state.Actions[signal] = new SignalAction { Disposition = disposition, Flags = flags };
        if (IsIgnored(state.Actions[signal], signal) && !world.Has(Defect.IgnoreDiscardsNothing))
        {
            state.Signals.Discard(signal);
            system.Posix.Processes.DiscardInThreads(process, world.Has(Defect.IgnoreDrainsOneQueue) ? caller : default, signal);
        }

        system.Posix.Observations.Grace.ActionsChanged(process);
        return default;
    }

    /// <summary>Sets the action of every handled signal to the default, as for a new image (SignalContext::resetHandlers); what
    /// is ignored stays ignored, what is pending stays pending.</summary>
    /// <param name="process">The process.</param>
    public void ResetHandlers(Handle<Process> process)
    {
        ref Process state = ref system.Posix.Processes[process];
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            if (state.Actions[signal].Disposition == SignalDisposition.Handle)
            {
                state.Actions[signal] = default;
            }
        }

        system.Posix.Observations.Grace.ActionsChanged(process);
    }

    /// <summary>Whether a process ignores a signal, explicitly or by default.</summary>
    /// <param name="process">The process.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>True when the signal would be dropped.</returns>
    public bool IsIgnored(Handle<Process> process, int signal) =>
        IsIgnored(system.Posix.Processes[process].Actions[signal], signal);

    /// <summary>Mask after a change; KILL is never blocked.</summary>
    /// <param name="mask">Mask before.</param>
    /// <param name="how">Kind of change.</param>
    /// <param name="set">Signals, by table index.</param>
    /// <returns>The new mask.</returns>
    public static ushort ChangedMask(ushort mask, MaskChange how, ushort set)
    {
        int changed = how switch
        {
            MaskChange.Block => mask | set,
            MaskChange.Unblock => mask & ~set,
            _ => set,
        };
        return (ushort)(changed & ~KillMask);
    }

    /// <summary>Mask that a thread has after a change.</summary>
    /// <param name="mask">Mask before.</param>
    /// <param name="how">Kind of change.</param>
    /// <param name="set">Signals, by table index.</param>
    /// <returns>The new mask.</returns>
    public ushort MaskAfter(ushort mask, MaskChange how, ushort set)
    {
        // Window S10: Corpus/windows/kill-is-blocked.scn
        ushort changed = ChangedMask(mask, how, set);
        return world.Has(Defect.KillCanBeBlocked) && how != MaskChange.Unblock ? (ushort)(changed | (set & KillMask)) : changed;
    }

    /// <summary>Whether a signal that is pending already is not queued again.</summary>
    private bool Merges(in SignalQueue queue, int signal) => world.Has(Defect.StandardSignalsMerged)
        // Window S14: Corpus/windows/signals-are-queued.scn
        || ((queue.Active >> signal & 1) != 0 && Profiles.MergeRuleOf(system.Profile, signal) == MergeRule.Must
            && system.Repaired(Repairs.SignalsMerge));

    private static int KillMask { get; } = SignalTable.MaskOf(SignalTable.IndexOf(SignalNumber.Kill));

    /// <summary>Mask that holds while a handler runs.</summary>
    /// <param name="mask">Mask before.</param>
    /// <param name="signal">Table index.</param>
    /// <param name="flags">Flags of the action.</param>
    /// <returns>Mask during the handler.</returns>
    public static ushort HandlerMask(ushort mask, int signal, SignalActionFlags flags) =>
        (flags & SignalActionFlags.NoDefer) != 0 ? mask : (ushort)(mask | SignalTable.MaskOf(signal));

    private bool IsIgnored(SignalAction action, int signal) =>
        action.Disposition == SignalDisposition.Ignore
        || (action.Disposition == SignalDisposition.Default && SignalTable.IsIgnoredByDefault(SignalTable.NumberAt(signal))
            && !(world.Has(Defect.UrgentSignalKills) && SignalTable.NumberAt(signal) != SignalNumber.Chld));

    /// <summary>Waits until a signal is issued to a thread or its process.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Awaitable; false when the token was cancelled.</returns>
    public BellWait WaitForBells(Handle<PosixThread> thread, CancelToken token)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        return world.Events.Wait(ref state.Signals.Bell, ref system.Posix.Processes[state.Process].Signals.Bell, token);
    }
}
