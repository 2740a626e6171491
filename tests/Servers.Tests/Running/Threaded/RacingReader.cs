// A user thread that reads a device again and again, and the outside world that sends it bytes and signals at seeded moments, in
// any order, whatever the thread is doing just then. Every result is checked as it comes: bytes in order, EINTR only after a
// handler, no more bytes than were sent. When the system has come to rest with the read still blocked after a signal and no
// handler has run, the cancel has had no effect; that is counted, and bytes free the reader. (Under the monolithic kernel a
// handler may run before its read begins, which then blocks: POSIX allows it.) Allocates nothing after its construction.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Running.Threaded;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

internal sealed class RacingReader : IUserCode, IUserDriver
{
    private const int Device = 0;
    private const int Strand = 0;
    private const int ReadCall = 1;
    private const uint ReadBytes = 3;
    private const int LongestPause = 200;

    private readonly ThreadedHost host;
    private readonly bool isRacing;
    private readonly int signal = SignalTable.IndexOf(SignalNumber.Usr1);
    private Prng random;
    private int readTarget;
    private uint bytesSent;
    private uint bytesRead;
    private int handlersAtCall;
    private bool isReading;
    private bool isParked;
    private int pauseLeft;
    private bool hasSignalled;
    private int eventsLeft;

    /// <summary>Makes a reader.</summary>
    /// <param name="host">The host, not started.</param>
    /// <param name="seed">Seed of all choices.</param>
    /// <param name="isRacing">Whether events come at any moment, rather than when the read is known to wait.</param>
    internal RacingReader(ThreadedHost host, ulong seed, bool isRacing = true)
    {
        this.host = host;
        this.isRacing = isRacing;
        random = new Prng(seed);
    }

    internal static Scenario Scenario { get; } =
        ScenarioText.Parse($"device tty\nA: sigaction(USR1, handle)\nA: read(tty, {ReadBytes})\n");

    internal int Reads { get; private set; }

    internal int Interrupted { get; private set; }

    internal int Handlers { get; private set; }

    internal int SignalsSent { get; private set; }

    internal int CancelsLost { get; private set; }

    /// <summary>The first result that must not be, or null.</summary>
    internal string? Mistake { get; private set; }

    /// <inheritdoc/>
    public bool IsDone => isParked;

    /// <inheritdoc/>
    public ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation) =>
        activation.Signal != 0 ? Handle(thread) : Read(thread);

    /// <inheritdoc/>
    public void Idle()
    {
        if (!isReading)
        {
            return;
        }

        if (pauseLeft > 0)
        {
            pauseLeft--;
        }
        else if (eventsLeft > 0)
        {
            SendSomething();
        }
        else if (host.IsSettled(Strand))
        {
            EndWait();
        }
        else if (host.EchoesReturned == host.EchoesSent)
        {
            host.SendEcho();
        }
    }

    /// <summary>Starts the host.</summary>
    internal void Start() => host.Start(Scenario, this);

    /// <summary>Goes on until so many more reads have returned and all bytes that were sent have arrived.</summary>
    internal HostOutcome RunMore(int reads)
    {
        readTarget = Reads + reads;
        if (isParked)
        {
            isParked = false;
            host.Wake(host.ThreadOf(Strand));
        }

        return host.Run(this);
    }

    private async ModelTask<Unit> Handle(Handle<KernelThread> thread)
    {
        Handlers++;
        hasSignalled = false;
        await host.Calls.EndActivation(thread, isHandler: true);
        return default;
    }

    private async ModelTask<Unit> Read(Handle<KernelThread> thread)
    {
        CallResult installed = await host.Calls.Invoke(thread, host.Scenario.CallAt(0));
        Check(installed.Value == 0, "sigaction failed");
        while (true)
        {
            while (Reads < readTarget || bytesRead < bytesSent)
            {
                BeginRead();
                CallResult result = await host.Calls.Invoke(thread, host.Scenario.CallAt(ReadCall));
                EndRead(result);
            }

            isParked = true;
            await host.Park(thread);
        }
    }

    private void BeginRead()
    {
        host.Sweep();
        handlersAtCall = Handlers;
        isReading = Reads < readTarget;
        hasSignalled = false;
        eventsLeft = isRacing ? 1 + (int)random.NextBelow(3) : 0;
        pauseLeft = isRacing ? (int)random.NextBelow(LongestPause) : 0;
    }

    private void EndRead(in CallResult result)
    {
        isReading = false;
        Reads++;
        if (result.Value < 0)
        {
            Check(result.Value == -(long)Errno.EINTR, "an error that is not EINTR");
            Check(Handlers > handlersAtCall, "EINTR without a handler");
            Interrupted++;
            return;
        }

        Check(result.Value is >= 1 and <= ReadBytes && result.Value == result.Data.Count, "a wrong number of bytes");
        Check(result.Data.Start == bytesRead, "bytes out of order");
        bytesRead += result.Data.Count;
        Check(bytesRead <= bytesSent, "more bytes than were sent");
    }

    private void SendSomething()
    {
        eventsLeft--;
        pauseLeft = (int)random.NextBelow(LongestPause);
        if (random.NextBelow(2) == 0)
        {
            SendBytes();
        }
        else
        {
            SendSignal();
        }
    }

    private void EndWait()
    {
        CancelsLost += hasSignalled ? 1 : 0;
        if (!isRacing && !hasSignalled && random.NextBelow(2) == 0)
        {
            SendSignal();
        }
        else
        {
            SendBytes();
        }
    }

    private void SendSignal()
    {
        host.Signal(Strand, signal);
        SignalsSent++;
        hasSignalled = true;
    }

    private void SendBytes()
    {
        uint count = 1 + random.NextBelow(ReadBytes);
        host.RaiseLine(Device, count);
        bytesSent += count;
    }

    private void Check(bool condition, string mistake)
    {
        if (!condition)
        {
            Mistake ??= mistake;
        }
    }
}
