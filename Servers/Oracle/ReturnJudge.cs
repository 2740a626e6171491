// What the ledger judges at once when a call returns: bytes are delivered once, an EINTR has a handler and no restart was due, a
// time that is said to be over is over, the result has a cause, SIGPIPE was sent, and at the boundary to user code nothing is
// owed: no accepted signal, no other mask, no entry of a registry. The first that is violated counts, so the order is fixed.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Judges results.</summary>
internal sealed class ReturnJudge
{
    private readonly ModelSystem system;
    private readonly Ledger ledger;
    private readonly World world;

    internal ReturnJudge(ModelSystem system, Ledger ledger)
    {
        this.system = system;
        this.ledger = ledger;
        world = system.World;
    }

    /// <summary>Judges a call that has returned.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="made">The call.</param>
    /// <param name="result">Its result.</param>
    /// <param name="frame">What was noted when it began.</param>
    /// <param name="hasCause">Whether its result has a cause.</param>
    internal void Judge(int strand, int call, in Call made, in CallResult result, in CallFrame frame, bool hasCause)
    {
        MoveBytes(strand, call, made, result);
        JudgeInterruption(strand, call, made.Kind, result, frame);
        JudgeCompletion(strand, call, made, result, frame);
        if (!hasCause)
        {
            ledger.Violate(result.Value == -(long)Errno.EINTR ? Invariant.Eintr : Invariant.Cause, strand, call);
        }

        JudgeBrokenPipe(strand, call, made, result, frame);
        JudgeBoundary(strand, call, made, result, frame);
    }

    private void MoveBytes(int strand, int call, in Call made, in CallResult result)
    {
        if (result.Value <= 0 || made.Kind is not (CallKind.Read or CallKind.Write))
        {
            return;
        }

        world.Counters.PayloadBytes += (uint)result.Value;
        ref StreamEntry stream = ref ledger.Files.Stream(result.Data.Stream);
        if (made.Kind == CallKind.Write)
        {
            stream.Written += result.Data.Count;
            return;
        }

        if (!stream.TryDeliver(result.Data.Start, result.Data.Count))
        {
            ledger.Violate(Invariant.Bytes, strand, call);
        }
    }

    private void JudgeInterruption(int strand, int call, CallKind kind, in CallResult result, in CallFrame frame)
    {
        if (result.Value != -(long)Errno.EINTR)
        {
            return;
        }

        ref StrandEntry entry = ref ledger[strand];
        int handlers = (ushort)(entry.HandlersRun - frame.HandlersRun);
        if (handlers == 0 || Profiles.RuleOf(system.Profile, kind) == RestartRule.Uninterruptible)
        {
            ledger.Violate(Invariant.Eintr, strand, call);
        }
        else if (handlers == (ushort)(entry.RestartingHandlers - frame.RestartingHandlers)
            && Profiles.Restarts(system.Profile, kind))
        {
            ledger.Violate(Invariant.Restart, strand, call);
        }
    }

    /// <summary>A time that a call says is over is over.</summary>
    private void JudgeCompletion(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        bool isTimed = made.Kind is CallKind.Nanosleep or CallKind.Poll && result.Value == 0;
        long passedTicks = isTimed ? world.Timers.ReadClock() - frame.BeganTicks : 0;
        bool isFalse = made.Kind switch
        {
            CallKind.Nanosleep => result.Value == 0 && passedTicks < made.Argument0,
            CallKind.Poll => result.Value == 0 && passedTicks < made.Argument4,
            _ => false,
        };
        if (isFalse)
        {
            ledger.Violate(Invariant.Completion, strand, call);
        }
    }

    /// <summary>A write that has found no reader has sent its thread SIGPIPE, where the profile demands one, and it is raised
    /// before the call returns, unless the thread blocks or ignores it.</summary>
    private void JudgeBrokenPipe(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        if (made.Kind != CallKind.Write)
        {
            return;
        }

        bool isSent = ledger[strand].BrokenPipes != frame.BrokenPipes;
        bool isMissing = !isSent && result.Value == -(long)Errno.EPIPE && Profiles.DemandsBrokenPipeSignal(system.Profile);
        if (isMissing || (isSent && ledger.Signals.OwesBrokenPipe(strand)))
        {
            ledger.Violate(Invariant.Raise, strand, call);
        }
    }

    private void JudgeBoundary(int strand, int call, in Call made, in CallResult result, in CallFrame frame)
    {
        bool isMaskRight = ledger.Signals.CallReturned(strand, made, result.Value, system.MaskOf(strand));
        bool hasRunHandler = ledger[strand].HandlersRun != frame.HandlersRun;
        bool isOwed = made.Kind == CallKind.Sigprocmask && !hasRunHandler && ledger.Signals.OwedThroughout(strand) != 0;
        if (ledger[strand].AcceptedNotRaised > 0 || isOwed)
        {
            ledger.Violate(Invariant.Raise, strand, call);
        }
        else if (!isMaskRight)
        {
            ledger.ViolateMask(strand, call, system.MaskOf(strand));
        }
        else if (system.Registry.HasEntryOf(world.Threads.OfStrand(strand).Index))
        {
            ledger.Violate(Invariant.Registry, strand, call);
        }
        else if (!made.Allowed.Contains(result.Value))
        {
            ledger.Violate(Invariant.Allowed, strand, call);
        }
    }
}
