// Everything that the two OS threads of the threaded host share: a ring in each direction, a sleep for each side, buffers for
// operations that change hands, and a word that says that the kernel's side has ended. The buffers belong to the user's side,
// which allocates and frees them; a number in a message lends one to the other side, and the release and acquire of the ring
// order all accesses.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>The connection of the two sides.</summary>
internal sealed unsafe class HostLink : IDisposable
{
    /// <summary>Operations in flight at most.</summary>
    internal const int BufferCount = 256;

    private const int RingCapacity = 1024;
    private const int FullRingSleeps = 10_000;
    private const int AlignmentBytes = 128;

    // The user's side also waits for what its driver decides to do next; the kernel's side waits for requests only.
    private const int UserSleepMilliseconds = 1;
    private const int KernelSleepMilliseconds = 1000;

    private readonly SpscRing<RealSync> requests = new(RingCapacity);
    private readonly SpscRing<RealSync> answers = new(RingCapacity);
    private readonly SideSleep kernelSleep = new();
    private readonly SideSleep userSleep = new();
    private Operation* buffers;
    private long hasKernelEnded;

    internal HostLink()
    {
        buffers = (Operation*)NativeMemory.AlignedAlloc((nuint)(BufferCount * sizeof(Operation)), AlignmentBytes);
    }

    /// <summary>Whether the kernel's side has ended, by request or by an error. One acquire read: what it wrote before is
    /// visible.</summary>
    internal bool HasKernelEnded => RealSync.ReadAcquire(ref hasKernelEnded) != 0;

    /// <summary>A buffer, to be used only by the side that has its number.</summary>
    /// <param name="number">Number of the buffer.</param>
    /// <returns>The buffer.</returns>
    internal ref Operation Buffer(int number) => ref buffers[number];

    /// <summary>User: begins a request.</summary>
    /// <param name="kind">Its kind.</param>
    /// <returns>The slot, to be filled and published; only the kind is set.</returns>
    internal ref HostMessage ClaimRequest(HostMessageKind kind) => ref Claim(requests, kind);

    /// <summary>User: sends the request. One release store; wakes the kernel's side if it sleeps.</summary>
    internal void PublishRequest()
    {
        requests.Publish();
        kernelSleep.Wake();
    }

    /// <summary>Kernel: begins an answer.</summary>
    /// <param name="kind">Its kind.</param>
    /// <returns>The slot, to be filled and published; only the kind is set.</returns>
    internal ref HostMessage ClaimAnswer(HostMessageKind kind) => ref Claim(answers, kind);

    /// <summary>Kernel: sends the answer. One release store; wakes the user's side if it sleeps.</summary>
    internal void PublishAnswer()
    {
        answers.Publish();
        userSleep.Wake();
    }

    /// <summary>Kernel: takes the next request. An acquire read, then a release store.</summary>
    /// <param name="request">Receives a copy.</param>
    /// <returns>False when there is none.</returns>
    internal bool TryTakeRequest(out HostMessage request) => TryTake(requests, out request);

    /// <summary>User: takes the next answer. An acquire read, then a release store.</summary>
    /// <param name="answer">Receives a copy.</param>
    /// <returns>False when there is none.</returns>
    internal bool TryTakeAnswer(out HostMessage answer) => TryTake(answers, out answer);

    /// <summary>Kernel: waits a little for a request, at most until one comes.</summary>
    /// <param name="backoff">The wait so far.</param>
    internal void AwaitRequest(ref Backoff backoff) => Await(ref backoff, requests, kernelSleep, KernelSleepMilliseconds);

    /// <summary>User: waits a little for an answer, at most until one comes.</summary>
    /// <param name="backoff">The wait so far.</param>
    internal void AwaitAnswer(ref Backoff backoff) => Await(ref backoff, answers, userSleep, UserSleepMilliseconds);

    /// <summary>Kernel: says that this side has ended. One release store: what it wrote before is visible.</summary>
    internal void EndKernel()
    {
        RealSync.WriteRelease(ref hasKernelEnded, 1);
        userSleep.Wake();
    }

    /// <summary>Empties the rings for a new start; only while no other OS thread runs.</summary>
    internal void Reset()
    {
        while (TryTakeRequest(out _) || TryTakeAnswer(out _))
        {
        }

        hasKernelEnded = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        requests.Dispose();
        answers.Dispose();
        NativeMemory.AlignedFree(buffers);
        buffers = null;
    }

    private static bool TryTake(SpscRing<RealSync> ring, out HostMessage message)
    {
        if (!ring.TryPeek(out RingSlot* slot))
        {
            message = default;
            return false;
        }

        message = slot->As<HostMessage>();
        ring.Release();
        return true;
    }

    private void Await(ref Backoff backoff, SpscRing<RealSync> ring, SideSleep sleep, int milliseconds)
    {
        if (backoff.TrySpin())
        {
            return;
        }

        sleep.Announce();
        if (ring.TryPeek(out _) || HasKernelEnded)
        {
            sleep.Withdraw();
            return;
        }

        sleep.Sleep(milliseconds);
    }

    private ref HostMessage Claim(SpscRing<RealSync> ring, HostMessageKind kind)
    {
        var backoff = default(Backoff);
        RingSlot* slot;
        while (!ring.TryClaim(out slot))
        {
            Verify.That(!HasKernelEnded && backoff.Sleeps < FullRingSleeps, "a ring of the threaded host stays full");
            backoff.Wait();
        }

        ref HostMessage message = ref slot->As<HostMessage>();
        message.Kind = kind;
        return ref message;
    }
}
