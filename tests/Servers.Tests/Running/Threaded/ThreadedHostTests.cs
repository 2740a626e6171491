// The threaded host must give the results that the protocols promise, whatever the machine does with its two threads. Nothing
// here looks at a clock: runs are counted, and that a cancel had no effect is known by an echo. The reads are passthrough reads
// of devices and pipes, which are immune to the windows O1 and O2 of tristate; those concern requests to the POSIX server. A
// cancel may be lost under `none`, which has none, and under `oneshot` when the signal comes before the event is published.

using System.Diagnostics;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

[Collection(Name)]
public sealed class ThreadedHostTests
{
    /// <summary>Tests that keep two processors busy run one after the other.</summary>
    internal const string Name = "threaded host";

    private const int Reads = 1000;
    private const int ReadsOnOneProcessor = 200;
    private const uint PipeBytes = 500;

    public static TheoryData<string> Protocols
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (IProtocol protocol in ProtocolCatalog.All)
            {
                names.Add(protocol.Name);
            }

            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Reads_that_race_with_bytes_and_signals(string protocol) => Race(protocol, Reads);

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Both_threads_on_one_processor(string protocol) =>
        OneProcessor.Run(() => Race(protocol, ReadsOnOneProcessor));

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Two_user_threads_and_a_pipe(string protocol)
    {
        using var host = new ThreadedHost(ProtocolCatalog.Find(protocol)!, new WorldOptions());
        var exchange = new PipeExchange(host, PipeBytes, seed: 7);
        host.Start(PipeExchange.Scenario, exchange);
        Assert.Equal(HostOutcome.Done, host.Run(exchange));
        Assert.Null(exchange.Mistake);
        Assert.True(exchange.Handlers > 0);
        Assert.True(exchange.Interrupted == 0 || protocol != "none", "a read was interrupted without a way to do that");
        Assert.Equal(exchange.Handlers, (int)host.TakeCensus().SignalsAccepted);
    }

    [Fact]
    public void A_bug_on_either_side_reaches_the_caller()
    {
        FaultyProtocol.Place[] places = [FaultyProtocol.Place.KernelThrows, FaultyProtocol.Place.UserThrows];
        foreach (FaultyProtocol.Place place in places)
        {
            using var host = new ThreadedHost(new FaultyProtocol(new Tristate(), place), new WorldOptions());
            for (ulong attempt = 0; attempt < 2; attempt++)
            {
                var reader = new RacingReader(host, attempt);
                reader.Start();
                var bug = Assert.Throws<ToolBugException>(() => reader.RunMore(Reads));
                Assert.Equal(FaultyProtocol.Message, bug.Message);
                host.Stop();
            }
        }
    }

    [Fact]
    public void A_panic_on_either_side_ends_the_run()
    {
        AssertPanics(FaultyProtocol.Place.KernelPanics, PanicCode.BadThreadState);
        AssertPanics(FaultyProtocol.Place.UserPanics, PanicCode.UncheckedLaneError);
    }

    [Fact]
    public void A_call_that_hangs_stalls_the_run()
    {
        using var host = new ThreadedHost(new Tristate(), new WorldOptions()) { MaximumSleeps = 2 };
        var reader = new RacingReader(host, seed: 1);
        reader.Start();
        Assert.Equal(HostOutcome.Stalled, host.Run(new PassiveDriver()));
    }

    // A wake that is lost costs the rest of the sleep of the kernel's side, which is a second.
    [Fact]
    public void A_kernel_side_that_sleeps_is_woken_by_a_request()
    {
        const int Echoes = 8;
        const int PauseMilliseconds = 150;
        const int MuchTooLongMilliseconds = 200;
        using var host = new ThreadedHost(new Tristate(), new WorldOptions());
        new RacingReader(host, seed: 1).Start();
        int late = 0;
        for (int echo = 0; echo < Echoes; echo++)
        {
            Thread.Sleep(PauseMilliseconds);
            long start = Stopwatch.GetTimestamp();
            host.AwaitEcho();
            late += Stopwatch.GetElapsedTime(start).TotalMilliseconds > MuchTooLongMilliseconds ? 1 : 0;
        }

        Assert.InRange(late, 0, (Echoes / 2) - 1);
    }

    [Theory]
    [InlineData("device tty\nA: read(tty, 3)\nline: raise(tty, 3)\n")]
    [InlineData("A: pause()\ntime: advance(3)\n")]
    [InlineData("A: B = fork()\nA: pause()\n")]
    [InlineData("A: nanosleep(3)\n")]
    public void What_it_cannot_run_is_refused(string text)
    {
        using var host = new ThreadedHost(new Tristate(), new WorldOptions());
        Scenario scenario = ScenarioText.Parse(text);
        Assert.Throws<ArgumentException>(() => host.Start(scenario, new RacingReader(host, seed: 1)));
    }

    private static void Race(string protocol, int reads)
    {
        using var host = new ThreadedHost(ProtocolCatalog.Find(protocol)!, new WorldOptions());
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var reader = new RacingReader(host, seed);
            reader.Start();
            Assert.Equal(HostOutcome.Done, reader.RunMore(reads));
            HostCensus census = host.TakeCensus();
            host.Stop();
            bool isSticky = protocol == "lane-cancel" && reader.Mistake == "EINTR without a handler";
            Assert.True(reader.Mistake is null || isSticky, reader.Mistake);
            Assert.True(reader.Reads >= reads);
            Assert.Equal(reader.Handlers, (int)census.SignalsAccepted);
            Assert.InRange(reader.Handlers, 1, reader.SignalsSent);
            Assert.Equal(protocol == "none", reader.Interrupted == 0);
            Assert.True(reader.CancelsLost == 0 || protocol is not ("monolithic" or "tristate"), "a cancel had no effect");
        }
    }

    private static void AssertPanics(FaultyProtocol.Place place, PanicCode code)
    {
        using var host = new ThreadedHost(new FaultyProtocol(new Tristate(), place), new WorldOptions());
        var reader = new RacingReader(host, seed: 1);
        reader.Start();
        Assert.Equal(HostOutcome.Panicked, reader.RunMore(Reads));
        Assert.Equal(code, host.PanicCode);
    }

    /// <summary>An outside world in which nothing ever happens.</summary>
    private sealed class PassiveDriver : IUserDriver
    {
        public bool IsDone => false;

        public void Idle()
        {
        }
    }
}
