// The calls as mlibc makes them, one method per call (sysdeps/managarm/generic: file.cpp, fork-exec.cpp, signals.cpp). Which
// of them can be interrupted is the protocol's business; here one reads which steps each call consists of. The
// places of a new call are listed in CallKind.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>System calls over messages.</summary>
public sealed class LibraryCalls : ISystemCalls
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly UserLibrary user;
    private readonly ILibrarySide library;

    internal LibraryCalls(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        user = system.Userland;
        library = system.Sides.Library;
    }

    /// <inheritdoc/>
    public async ModelTask<Unit> BeginThread(Handle<KernelThread> thread, bool isHandler)
    {
        switch (world.Threads[thread].Origin)
        {
            case ThreadOrigin.Fork when !isHandler:
                user.CreateQueue(thread);
                world.Counters.UserEntries++;
                await user.Call(thread, SuperCall.SigMask, (long)MaskChange.Set, world.Threads[thread].ForkMask, 0);
                break;
            case ThreadOrigin.Clone or ThreadOrigin.Exec when !user.HasQueue(thread):
                // mlibc makes the queue when it first needs it, which is inside a guard and may be in a handler.
                await user.Guard.Enter(thread);
                if (!user.HasQueue(thread))
                {
                    await user.BeginQueue(thread);
                }

                await user.Guard.Leave(thread);
                break;
            default:
                break;
        }

        return default;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler) =>
        user.Entries.EndActivation(thread, isHandler);

    /// <inheritdoc/>
    public bool TakeAttention(Handle<KernelThread> thread)
    {
        world.Scheduler.BeginStep(PointKind.TakeInterrupt, ObjectKind.Thread, thread.Index, isWrite: true);
        world.Threads.TakeInterrupt(thread);
        return true;
    }

    /// <inheritdoc/>
    public void AfterRun(Handle<KernelThread> thread)
    {
    }

    /// <inheritdoc/>
    public ModelTask<CallResult> Invoke(Handle<KernelThread> thread, Call call) => call.Kind switch
    {
        CallKind.Pipe => Pipe(thread, call),
        CallKind.Read => Transfer(call.Kind, MessageKind.Read, thread, call.Argument0, call.Argument1),
        CallKind.Write => Transfer(call.Kind, MessageKind.Write, thread, call.Argument0, call.Argument1),
        CallKind.Close => Close(thread, call.Argument0),
        CallKind.Kill => Kill(thread, call.Argument0, -1, call.Argument1),
        CallKind.Tgkill => Kill(thread, call.Argument0, call.Argument1, call.Argument2),
        CallKind.Sigaction => Sigaction(thread, call),
        CallKind.Sigprocmask => Sigprocmask(thread, (MaskChange)call.Argument0, call.Mask1),
        CallKind.Sigsuspend when system.Has(Repairs.SuspendMaskHolds) => SuspendUnderMask(thread, call.Mask0),
        CallKind.Sigsuspend => Sigsuspend(thread, call.Mask0),
        CallKind.Pause => Pause(thread),
        CallKind.Fork => Fork(thread, call.Output0),
        CallKind.Exit => Exit(thread, call.Argument0),
        CallKind.Waitpid => Waitpid(thread, call.Argument0, (WaitFlags)call.Argument1),
        CallKind.Poll => Poll(thread, call),
        CallKind.Nanosleep => Nanosleep(thread, call.Argument0),
        CallKind.Exec => Exec(thread),
        CallKind.Clone => Clone(thread, call.Output0),
        _ => new ModelTask<CallResult>(Failure(Errno.ENOSYS)),
    };

    private static CallResult Success(long value) => new(value, default);

    private static CallResult Failure(Errno error) => new(-(long)error, default);

    private static CallResult FromReply(in Message reply) =>
        reply.Error != default ? Failure(reply.Error) : new CallResult(reply.Argument0, reply.Data);

    private static CallResult FromTransfer(in Message reply) =>
        reply.Error != default ? Failure(reply.Error) : new CallResult(reply.Data.Count, reply.Data);

    private async ModelTask<CallResult> Pipe(Handle<KernelThread> thread, Call call)
    {
        await user.Guard.Enter(thread);
        var request = new Message { Kind = (ushort)MessageKind.PipeCreate, Argument0 = call.Output0 };
        Message reply = await user.Exchange(thread, user.Prepare.PosixRequest(thread, request, null));
        await user.Guard.Leave(thread);
        return FromReply(reply);
    }

    private async ModelTask<CallResult> Transfer(
        CallKind kind, MessageKind message, Handle<KernelThread> thread, int resource, int count)
    {
        while (true)
        {
            await user.Guard.Enter(thread);
            CallResult result = Failure(world.Has(Defect.ClosedFileSaysInputError) ? Errno.EIO : Errno.EBADF);
            uint lane = await LookUpFile(thread, resource);
            if (lane != 0)
            {
                result = FromTransfer(
                    await RequestFromFile(kind, thread, lane, FileRequest(thread, message, resource, count)));
            }

            bool mayRestart = await user.Guard.Leave(thread);
            if (!StartsOver(thread, kind, result, mayRestart))
            {
                return result;
            }
        }
    }

    private async ModelTask<CallResult> Close(Handle<KernelThread> thread, int resource)
    {
        int number = system.FileNumber(thread, resource);
        await user.Guard.Enter(thread);
        var request = new Message { Kind = (ushort)MessageKind.Close, Argument0 = number };
        Message reply = await user.Exchange(thread, user.Prepare.PosixRequest(thread, request, null));
        await user.Guard.Leave(thread);
        return FromReply(reply);
    }

    private async ModelTask<CallResult> Kill(Handle<KernelThread> thread, int process, int target, int signal)
    {
        long error = await user.Call(thread, SuperCall.SigKill, process, target, signal);
        return Success(-error);
    }

    private async ModelTask<CallResult> Sigaction(Handle<KernelThread> thread, Call call)
    {
        await user.Guard.Enter(thread);
        var request = new Message
        {
            Kind = (ushort)MessageKind.Sigaction,
            Argument0 = call.Argument0,
            Argument1 = call.Argument1,
            Argument2 = call.Argument2,
        };
        Message reply = await user.Exchange(thread, user.Prepare.PosixRequest(thread, request, null));
        await user.Guard.Leave(thread);
        return FromReply(reply);
    }

    private async ModelTask<CallResult> Sigprocmask(Handle<KernelThread> thread, MaskChange how, ushort set)
    {
        await user.Call(thread, SuperCall.SigMask, (long)how, set, 0);
        return Success(0);
    }

    private async ModelTask<CallResult> Sigsuspend(Handle<KernelThread> thread, ushort mask)
    {
        bool isRepaired = system.Has(Repairs.SuspendMaskInFrame);
        SuspendPart begins = isRepaired ? SuspendPart.Begins : SuspendPart.None;
        await user.Guard.Enter(thread);
        while (await user.Call(thread, SuperCall.SigMask, (long)MaskChange.Set, mask, (long)begins) == (long)SuspendPart.Refused)
        {
            await user.Guard.Leave(thread);
            await user.Guard.Enter(thread);
        }

        // A signal that is parked by now may have been before the mask changed, and then the repair refuses the call.
        if (world.Threads[thread].GuardFlag == 2)
        {
            system.Repaired(Repairs.SuspendMaskInFrame);
        }

        long former = world.Threads[thread].Registers[1];
        await Suspend(thread, world.Threads[thread].Registers[2]);
        if (!world.Has(Defect.MaskNotRestored))
        {
            // Window T5: Corpus/windows/sigsuspend-handler-under-former-mask.scn
            bool ends = world.Threads[thread].GuardFlag == 2 && system.Repaired(Repairs.SuspendMaskInFrame);
            SuspendPart part = ends ? SuspendPart.Ends : SuspendPart.None;
            await user.Call(thread, SuperCall.SigMask, (long)MaskChange.Set, former, (long)part);
        }

        await user.Guard.Leave(thread);
        return Failure(Errno.EINTR);
    }

    /// <summary>A signal that was parked before the mask changed is delivered as if before the call, which begins anew.</summary>
    private async ModelTask<CallResult> SuspendUnderMask(Handle<KernelThread> thread, ushort mask)
    {
        bool hasWaited = false;
        while (!hasWaited)
        {
            await user.Guard.Enter(thread);
            world.Threads.SetWaitingInCall(thread, true);
            hasWaited = await user.Call(thread, SuperCall.SigSuspendMask, mask, 0, 0) != 0;
            world.Threads.SetWaitingInCall(thread, false);
            await user.Guard.Leave(thread);
        }

        return Failure(Errno.EINTR);
    }

    private async ModelTask<CallResult> Pause(Handle<KernelThread> thread)
    {
        await user.Guard.Enter(thread);
        MaskChange change = world.Has(Defect.PauseUnblocksAll) ? MaskChange.Set : MaskChange.Block;
        await user.Call(thread, SuperCall.SigMask, (long)change, 0, 0);
        await Suspend(thread, world.Threads[thread].Registers[2]);
        await user.Guard.Leave(thread);
        return Failure(Errno.EINTR);
    }

    private async ModelTask<Unit> Suspend(Handle<KernelThread> thread, long sequence)
    {
        world.Threads.SetWaitingInCall(thread, true);
        await user.Call(thread, SuperCall.SigSuspend, sequence, 0, 0);
        world.Threads.SetWaitingInCall(thread, false);
        return default;
    }

    private async ModelTask<CallResult> Fork(Handle<KernelThread> thread, int childStrand)
    {
        await user.Call(thread, SuperCall.SigMask, (long)MaskChange.Set, SignalTable.AllMask, 0);
        long former = world.Threads[thread].Registers[1];
        world.Threads[thread].ForkMask = (ushort)former;
        long child = await user.Call(thread, SuperCall.Fork, childStrand, 0, 0);
        await user.Call(thread, SuperCall.SigMask, (long)MaskChange.Set, former, 0);
        return Success(child);
    }

    /// <summary>The guard is held to the end of the image (fork-exec.cpp, Execve). The flag in the page outlives it.</summary>
    private async ModelTask<CallResult> Exec(Handle<KernelThread> thread)
    {
        await user.Guard.Enter(thread);
        await user.Call(thread, SuperCall.Exec, 0, 0, 0);
        Verify.Fail("the old image ran on after exec");
        return default;
    }

    private async ModelTask<CallResult> Clone(Handle<KernelThread> thread, int strand)
    {
        long error = await user.Call(thread, SuperCall.Clone, strand, 0, 0);
        return Success(-error);
    }

    private async ModelTask<CallResult> Exit(Handle<KernelThread> thread, int status)
    {
        await user.Call(thread, SuperCall.Exit, status, 0, 0);
        return Success(0);
    }

    private async ModelTask<CallResult> Waitpid(Handle<KernelThread> thread, int strand, WaitFlags flags)
    {
        var request = new Message { Kind = (ushort)MessageKind.Wait, Argument0 = strand, Argument1 = (int)flags };
        while (true)
        {
            await user.Guard.Enter(thread);
            CallResult result = FromReply(await RequestFromPosix(CallKind.Waitpid, thread, request, null));
            bool mayRestart = await user.Guard.Leave(thread);
            if (!StartsOver(thread, CallKind.Waitpid, result, mayRestart))
            {
                return result;
            }
        }
    }

    private async ModelTask<CallResult> Poll(Handle<KernelThread> thread, Call call)
    {
        var request = new Message
        {
            Kind = (ushort)MessageKind.Poll,
            Argument0 = PollNumber(thread, call.Argument0),
            Argument1 = call.Argument1,
            Argument2 = call.Argument2 < 0 ? -1 : PollNumber(thread, call.Argument2),
            Argument3 = call.Argument3,
        };
        bool isTimed = call.Argument4 > 0 && system.Has(Repairs.CallsRestart);
        long deadlineTicks = isTimed ? world.Timers.ReadClock() + call.Argument4 : 0;
        long timeoutTicks = call.Argument4;
        while (true)
        {
            await user.Guard.Enter(thread);
            CallResult result = FromReply(await RequestFromPosix(CallKind.Poll, thread, request, timeoutTicks));
            bool mayRestart = await user.Guard.Leave(thread);
            if (!StartsOver(thread, CallKind.Poll, result, mayRestart))
            {
                return result;
            }

            bool keepsTimeout = !isTimed || world.Has(Defect.RestartWaitsFullTime);
            timeoutTicks = keepsTimeout ? timeoutTicks : Math.Max(0, deadlineTicks - world.Timers.ReadClock());
        }
    }

    private async ModelTask<CallResult> Nanosleep(Handle<KernelThread> thread, int ticks)
    {
        await user.Guard.Enter(thread);
        long deadlineTicks = world.Has(Defect.DurationTakenAsDeadline) ? ticks : world.Timers.ReadClock() + ticks;
        Errno error = system.IsWired(CallKind.Nanosleep)
            ? await library.Sleep(user, thread, deadlineTicks)
            : await user.Sleep(thread, deadlineTicks);
        await user.Guard.Leave(thread);
        return error == default ? Success(0) : Failure(error);
    }

    /// <summary>Whether a call that was interrupted is made again: all handlers that ran have SA_RESTART, and the profile has the
    /// call start over, or leaves it open.</summary>
    private bool StartsOver(Handle<KernelThread> thread, CallKind kind, in CallResult result, bool mayRestart)
    {
        bool startsOver = mayRestart && result.Value == -(long)Errno.EINTR && !world.Has(Defect.RestartForgotten)
            && Profiles.RuleOf(system.Profile, kind) is (RestartRule.Must or RestartRule.May);
        if (startsOver)
        {
            system.Ledger.CallStartsOver(system.StrandOfThread(thread.Index));
        }

        return startsOver;
    }

    private ModelTask<Message> RequestFromFile(CallKind kind, Handle<KernelThread> thread, uint lane, in Message request) =>
        system.IsWired(kind)
            ? library.RequestFromFile(user, thread, lane, request)
            : user.Exchange(thread, user.Prepare.FileRequest(thread, lane, request, UserLibrary.PlainContext));

    private ModelTask<Message> RequestFromPosix(
        CallKind kind, Handle<KernelThread> thread, in Message request, long? tailArgument) =>
        system.IsWired(kind)
            ? library.RequestFromPosix(user, thread, request, tailArgument)
            : user.Exchange(thread, user.Prepare.PosixRequest(thread, request, tailArgument));

    private async ModelTask<uint> LookUpFile(Handle<KernelThread> thread, int resource)
    {
        int number = system.FileNumber(thread, resource);
        Handle<Universe> universe = world.Threads[thread].Universe;
        await world.ReadPoint(PointKind.FileTableLoad, ObjectKind.Universe, universe.Index);
        // Window T1: Corpus/windows/read-closed-by-sibling.scn
        return number < 0 ? 0 : world.Universes[universe].Files[number];
    }

    private Message FileRequest(Handle<KernelThread> thread, MessageKind kind, int resource, int count) =>
        new() { Kind = (ushort)kind, Argument0 = count, Argument1 = system.FileNumber(thread, resource) };

    private int PollNumber(Handle<KernelThread> thread, int resource)
    {
        int number = system.FileNumber(thread, resource);
        return number < 0 ? Universe.MaxFiles : number;
    }
}
