// The threaded host runs one system on two OS threads, for benchmarks: the caller's thread runs the user threads, a second one
// the kernel and the servers. Each side has a world of its own, booted alike from the same scenario, and the two share nothing
// but the rings of HostLink: a kernel entry is a request, completions and handlers come back with its answer, and no side ever
// resumes a coroutine of the other. Who runs when is up to the machine, so there is no schedule, no replay and no oracle; the
// simulation answers what is right, this host answers what it takes. Files are opened by the scenario's prelude only; there is
// no fork and time stands still.

using System.Runtime.ExceptionServices;
using System.Threading;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>A system on two OS threads.</summary>
public sealed class ThreadedHost : IDisposable
{
    private const int JoinMilliseconds = 60_000;

    private readonly HostLink link = new();
    private readonly UserSide user;
    private readonly KernelSide kernel;
    private readonly ModelSystem kernelSystem;
    private Scenario? scenario;
    private Thread? kernelThread;
    private Exception? kernelFailure;

    /// <summary>Builds both sides.</summary>
    /// <param name="protocol">Cancellation protocol.</param>
    /// <param name="options">Sizes of either world.</param>
    public ThreadedHost(IProtocol protocol, WorldOptions options)
    {
        WorldOptions unbounded = options with
        {
            MaxSteps = uint.MaxValue,
            MaxHandlerBodies = int.MaxValue,
            MaxHandlerCalls = int.MaxValue,
        };
        kernelSystem = NewSystem(protocol, unbounded);
        kernel = new KernelSide(kernelSystem, link);
        user = new UserSide(NewSystem(protocol, unbounded), link);
        var entries = new RemoteEntries(user);
        user.System.Userland.Entries = entries;
        if (protocol.IsMonolithic)
        {
            user.System.Calls = entries;
        }
    }

    /// <summary>How user code makes calls.</summary>
    public ISystemCalls Calls => user.System.Calls;

    /// <summary>The scenario, with its calls as user code may use them.</summary>
    public Scenario Scenario => user.System.Scenario;

    /// <summary>The user thread of a strand, after <see cref="Start"/>.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>The thread.</returns>
    public Handle<KernelThread> ThreadOf(int strand) => user.System.World.Threads.OfStrand(strand);

    /// <summary>How often a run may find nothing to do, sleeping a millisecond or more each time, before it counts as stalled.
    /// </summary>
    public int MaximumSleeps { get; init; } = 20_000;

    /// <summary>Called first on the kernel's thread, which inherits the caller's processors otherwise: a caller that is bound to
    /// one processor binds it to another here. Null leaves it as it is.</summary>
    public Action? BindKernelThread { get; init; }

    /// <summary>Number of the last echo that came back; they are numbered from 1 since the start.</summary>
    public long EchoesReturned => user.EchoesReturned;

    /// <summary>Number of the last echo that was sent.</summary>
    public long EchoesSent => user.EchoesSent;

    /// <summary>Boots both sides and starts the kernel's thread. User code runs in <see cref="Run"/> only.</summary>
    /// <param name="started">The scenario; copied.</param>
    /// <param name="code">What user threads execute.</param>
    /// <exception cref="ArgumentException">The scenario has time or line strands, for which the driver stands, or calls that
    /// create or close something or sleep.</exception>
    public void Start(Scenario started, IUserCode code)
    {
        Verify.That(kernelThread is null, "the threaded host runs already");
        Refuse(started);
        scenario = started;
        kernelFailure = null;
        link.Reset();
        kernelThread = new Thread(RunKernel) { IsBackground = true, Name = "kernel and servers" };
        kernelThread.Start();
        user.System.UserBody = new UserThreadBody(user.System, code);
        user.Begin(started);
        ulong bootHash = user.System.World.Scheduler.TraceHash;
        HostOutcome outcome = RunUntilBooted();
        Verify.That(outcome == HostOutcome.Done, "the kernel's side did not boot");
        Verify.That(user.KernelBootHash == bootHash, "the two sides did not boot alike");
    }

    /// <summary>Lets the system run until the driver is done. May be called again and goes on where it was.</summary>
    /// <param name="driver">Sends input and signals.</param>
    /// <returns>How it ended; after anything but Done only <see cref="Stop"/> may follow.</returns>
    public HostOutcome Run(IUserDriver driver)
    {
        Verify.That(kernelThread is not null, "the threaded host was not started");
        var backoff = default(Backoff);
        while (!driver.IsDone)
        {
            if (user.Step())
            {
                backoff = default;
                continue;
            }

            if (driver.IsDone)
            {
                break;
            }

            driver.Idle();
            if (!TryWait(ref backoff, out HostOutcome outcome))
            {
                return outcome;
            }
        }

        return HostOutcome.Done;
    }

    /// <summary>Asks the kernel's side for its counts, while no user thread has anything to do.</summary>
    /// <returns>The counts since the start.</returns>
    public HostCensus TakeCensus()
    {
        user.SendCensus();
        var backoff = default(Backoff);
        while (user.Census is null)
        {
            if (!user.Step() && !TryWait(ref backoff, out HostOutcome outcome))
            {
                Verify.Fail($"no census: {outcome}");
            }
        }

        return user.Census.Value;
    }

    /// <summary>Sends an echo and waits until it comes back: the shortest way there and back that there is.</summary>
    public void AwaitEcho()
    {
        user.SendEcho();
        var backoff = default(Backoff);
        while (user.EchoesReturned != user.EchoesSent)
        {
            if (!user.Step() && !TryWait(ref backoff, out HostOutcome outcome))
            {
                Verify.Fail($"no echo: {outcome}");
            }
        }
    }

    /// <summary>Suspends the calling user thread until <see cref="Wake"/>; await the result right away.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Awaitable.</returns>
    public StopAwaiter Park(Handle<KernelThread> thread)
    {
        user.System.World.Scheduler.Disable(user.System.World.Threads[thread].Party);
        return new StopAwaiter(user.System.World, thread);
    }

    /// <summary>Lets a parked user thread go on in the next <see cref="Run"/>.</summary>
    /// <param name="thread">The thread.</param>
    public void Wake(Handle<KernelThread> thread) =>
        user.System.World.Scheduler.Enable(user.System.World.Threads[thread].Party);

    /// <summary>A device gets input.</summary>
    /// <param name="resource">Resource that names it.</param>
    /// <param name="count">Number of bytes.</param>
    public void RaiseLine(int resource, uint count) => user.SendLine(resource, count);

    /// <summary>A process gets a signal, as from a terminal or a timer.</summary>
    /// <param name="strand">Strand of the process.</param>
    /// <param name="signal">Table index.</param>
    public void Signal(int strand, int signal) => user.SendSignal(strand, signal);

    /// <summary>Closes the events that the POSIX server has left open: a protocol that leaks one per cancel (oneshot, a known
    /// finding) would soon fill its table, which the model bounds and reality does not. Only while no request is under way.
    /// </summary>
    public void Sweep() => user.SendSweep();

    /// <summary>Sends an echo. It comes back when the kernel's side has worked off what was sent before and has come to
    /// rest.</summary>
    public void SendEcho() => user.SendEcho();

    /// <summary>Whether a thread waits in the kernel for something that will not happen by itself: an echo that was sent
    /// after it entered, and after the last event, has come back and its entry has not returned.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>True while that is known.</returns>
    public bool IsSettled(int strand) => user.IsSettled(strand);

    /// <summary>What the modelled system panicked with, after a run has told so.</summary>
    public PanicCode PanicCode =>
        user.System.World.PanicCode != PanicCode.None ? user.System.World.PanicCode : kernel.PanicCode;

    /// <summary>Ends the kernel's thread and waits for it; the host can be started again. Does nothing when it is not
    /// running.</summary>
    public void Stop()
    {
        if (kernelThread is null)
        {
            return;
        }

        if (!link.HasKernelEnded)
        {
            user.SendStop();
        }

        Verify.That(kernelThread.Join(JoinMilliseconds), "the kernel's thread does not end");
        kernelThread = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        link.Dispose();
        user.System.Dispose();
        kernelSystem.Dispose();
    }

    private static ModelSystem NewSystem(IProtocol protocol, WorldOptions options)
    {
        var system = new ModelSystem(protocol, options);
        system.Ledger.IsEnabled = false;
        system.World.Log.IsEnabled = false;
        return system;
    }

    private static void Refuse(Scenario refused)
    {
        bool isForeign = refused.FindEnvironment(StrandKind.Time) >= 0 || refused.FindEnvironment(StrandKind.Line) >= 0;
        foreach (ref readonly Call call in refused.Calls)
        {
            isForeign |= call.Kind is CallKind.Fork or CallKind.Clone or CallKind.Exec
                or CallKind.Pipe or CallKind.Close or CallKind.Nanosleep;
        }

        if (isForeign)
        {
            throw new ArgumentException("a strand or call that the threaded host cannot run", nameof(refused));
        }
    }

    private HostOutcome RunUntilBooted()
    {
        var backoff = default(Backoff);
        while (user.KernelBootHash is null)
        {
            user.TakeAnswers();
            if (!TryWait(ref backoff, out HostOutcome outcome))
            {
                return outcome;
            }
        }

        return HostOutcome.Done;
    }

    private bool TryWait(ref Backoff backoff, out HostOutcome outcome)
    {
        outcome = HostOutcome.Panicked;
        if (user.System.World.Scheduler.IsHalted)
        {
            return false;
        }

        if (link.HasKernelEnded)
        {
            if (kernelFailure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return false;
        }

        outcome = HostOutcome.Stalled;
        link.AwaitAnswer(ref backoff);
        return backoff.Sleeps < MaximumSleeps;
    }

    private void RunKernel()
    {
        try
        {
            BindKernelThread?.Invoke();
            kernel.Run(scenario!);
        }
#pragma warning disable CA1031 // whatever ends this thread is thrown again on the caller's
        catch (Exception failure)
#pragma warning restore CA1031
        {
            kernelFailure = failure;
        }
        finally
        {
            link.EndKernel();
        }
    }
}

// What the kernel's side of the threaded host has counted since it booted. The counts are exact; only the times of a benchmark
// are noisy.
/// <summary>Counts of the kernel's side.</summary>
/// <param name="UserEntries">Kernel entries by user threads.</param>
/// <param name="ServerEntries">Kernel entries by servers.</param>
/// <param name="SuperCalls">Supercalls, a subset of <paramref name="UserEntries"/>.</param>
/// <param name="Messages">Offers on lanes.</param>
/// <param name="SignalsAccepted">Signals accepted and not ignored.</param>
/// <param name="AllocatedBytes">Managed bytes that the kernel's OS thread has allocated.</param>
public readonly record struct HostCensus(
    uint UserEntries, uint ServerEntries, uint SuperCalls, uint Messages, uint SignalsAccepted, long AllocatedBytes);

// How a run of the threaded host ends. A bug of the tool is none of these: it is thrown, whichever side it happens on.
/// <summary>How a run ended.</summary>
public enum HostOutcome : byte
{
    /// <summary>The driver was done.</summary>
    Done,

    /// <summary>An assertion of the modelled system failed.</summary>
    Panicked,

    /// <summary>Nothing has happened for <see cref="ThreadedHost.MaximumSleeps"/>: a call hangs and the driver leaves it at
    /// that.</summary>
    Stalled,
}
