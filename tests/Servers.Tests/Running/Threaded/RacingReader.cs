// A user thread that reads a device again and again, and the outside world that sends it bytes and signals at seeded moments, in
// any order, whatever the thread is doing just then. Every result is checked as it comes: bytes in order, EINTR only after a
// handler, no more bytes than were sent. When the system has come to rest with the read still blocked after a signal and no
// handler has run, the cancel has had no effect; that is counted, and bytes free the reader. (Under the monolithic kernel a
// handler may run before its read begins, which then blocks: POSIX allows it.)

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;

namespace Managarm.Perf.Servers.Tests;

internal sealed class RacingReader : IUserCode, IUserDriver
{
    private const int Device = 0;
    private const int Strand = 0;
    private const int ReadCall = 1;
    private const int LongestPause = 200;

    private readonly ThreadedHost host;
    private readonly int readCount;
    private Prng random;
    private uint bytesSent;
    private uint bytesRead;
    private int handlersAtCall;
    private bool isReading;
    private bool hasParked;
    private int pauseLeft;
    private bool hasSignalled;
    private int eventsLeft;

    internal RacingReader(ThreadedHost host, int readCount, ulong seed)
    {
        this.host = host;
        this.readCount = readCount;
        random = new Prng(seed);
    }

    internal static Program Program { get; } = Parse();

    internal int Reads { get; private set; }

    internal int Interrupted { get; private set; }

    internal int Handlers { get; private set; }

    internal int SignalsSent { get; private set; }

    internal int CancelsLost { get; private set; }

    /// <inheritdoc/>
    public bool IsDone => hasParked;

    /// <inheritdoc/>
    public KernelTask<Unit> Run(Handle<KernelThread> thread, in Activation activation) =>
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
            CancelsLost += hasSignalled ? 1 : 0;
            SendBytes();
        }
        else if (host.EchoesReturned == host.EchoesSent)
        {
            host.SendEcho();
        }
    }

    internal HostCensus RunToEnd()
    {
        host.Start(Program, this);
        Assert.Equal(HostOutcome.Done, host.Run(this));
        HostCensus census = host.TakeCensus();
        host.Stop();
        return census;
    }

    private static Program Parse()
    {
        const string Text = "device tty\nA: sigaction(USR1, handle)\nA: read(tty, 3)\n";
        var scenario = new Scenario();
        Assert.True(new ScenarioParser().TryParse("reader", Text, scenario, out ScenarioError? error), error?.ToString());
        return scenario.Program;
    }

    private async KernelTask<Unit> Handle(Handle<KernelThread> thread)
    {
        Handlers++;
        hasSignalled = false;
        await host.Calls.EndActivation(thread, isHandler: true);
        return default;
    }

    private async KernelTask<Unit> Read(Handle<KernelThread> thread)
    {
        CallResult installed = await host.Calls.Invoke(thread, host.Program.CallAt(0));
        Assert.Equal(0, installed.Value);
        while (Reads < readCount || bytesRead < bytesSent)
        {
            BeginRead();
            CallResult result = await host.Calls.Invoke(thread, host.Program.CallAt(ReadCall));
            EndRead(result);
        }

        hasParked = true;
        await host.Park(thread);
        return default;
    }

    private void BeginRead()
    {
        handlersAtCall = Handlers;
        isReading = Reads < readCount;
        hasSignalled = false;
        eventsLeft = 1 + (int)random.NextBelow(3);
        pauseLeft = (int)random.NextBelow(LongestPause);
    }

    private void EndRead(in CallResult result)
    {
        isReading = false;
        Reads++;
        if (result.Value < 0)
        {
            Assert.Equal(-(long)Errno.EINTR, result.Value);
            Assert.True(Handlers > handlersAtCall, "EINTR without a handler");
            Interrupted++;
            return;
        }

        Assert.InRange(result.Value, 1, 3);
        Assert.Equal(result.Value, result.Data.Count);
        Assert.Equal(bytesRead, result.Data.Start);
        bytesRead += result.Data.Count;
        Assert.True(bytesRead <= bytesSent, "more bytes than were sent");
    }

    private void SendSomething()
    {
        eventsLeft--;
        pauseLeft = (int)random.NextBelow(LongestPause);
        if (random.NextBelow(2) == 0)
        {
            SendBytes();
            return;
        }

        host.Signal(Strand, SignalTable.IndexOf(SignalNumber.Usr1));
        SignalsSent++;
        hasSignalled = true;
    }

    private void SendBytes()
    {
        uint count = 1 + random.NextBelow(3);
        host.RaiseLine(Device, count);
        bytesSent += count;
    }
}
