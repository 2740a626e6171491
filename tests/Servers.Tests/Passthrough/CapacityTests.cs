// The largest scenarios that the language allows fit into the default sizes: eight processes, sixteen threads, four file
// servers, all threads in calls at once, signals to all of them, new images. A table that is too small ends a run with an
// exception.

using System.Globalization;
using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running;
using Managarm.Perf.Servers.Tests.Running.Threaded;

namespace Managarm.Perf.Servers.Tests.Passthrough;

public sealed class CapacityTests
{
    private const int Schedules = 60;

    private static readonly string[] Processes = ["A", "B", "C", "D"];

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void Everything_fits_when_threads_are_spread_over_processes(string protocol) => RunAll(protocol, Spread(), 16, 8);

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void Everything_fits_when_all_threads_are_in_one_process(string protocol) => RunAll(protocol, OneProcess(), 16, 1);

    [Theory]
    [MemberData(nameof(CrashTests.AllProtocols), MemberType = typeof(CrashTests))]
    public void A_thread_may_start_over_as_often_as_a_scenario_can_say_it(string protocol)
    {
        var text = new StringBuilder("pipe r, w\n");
        for (int image = 0; image < Scenario.MaximumCalls / 2; image++)
        {
            text.Append("A: exec()\nA: write(w, 0)\n");
        }

        RunAll(protocol, text.ToString(), 1, 1);
    }

    private static void RunAll(string protocol, string text, int actors, int processes)
    {
        Scenario scenario = ScenarioText.Parse(text);
        Assert.Equal((actors, processes), (scenario.CountActors(), scenario.CountProcesses()));
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var strategies = new Strategies();
        for (int number = 0; number < Schedules; number++)
        {
            Violation violation = runner.Run(scenario, strategies[number], default).Violation;
            Assert.NotEqual(Invariant.Progress, violation.Invariant);
            Assert.True(violation.IsNone || protocol != "monolithic", $"schedule {number}: {violation}");
        }
    }

    private static string Spread()
    {
        var text = new StringBuilder(
            "device d1\ndevice d2 stream on files2\ndevice d3 late on files3\ndevice d4 slow on files4\npipe r, w\n");
        foreach (string process in Processes)
        {
            Add(text, $"{process}: sigaction(USR1, handle)\n{process}: {process}1 = fork()\n");
            Add(text, $"{process}: {process}2 = clone()\n");
            Add(text, $"{process}1: {process}3 = clone()\n{process}1: read(d1, 1)\n");
            Add(text, $"{process}1: exec()\n{process}1: read(d3, 1)\n");
            Add(text, $"{process}2: read(d2, 2)\n{process}2: poll(r in, 3)\n{process}3: read(d4, 1)\n{process}3: read(r, 1)\n");
            Add(text, $"{process}: waitpid({process}1)\n{process}: exec()\n{process}: read(d4, 1)\n");
            Add(text, $"{process}: kill({process}, USR1)\n");
        }

        return text.Append("line: raise(d1, 2)\nline: raise(d2, 4)\nline: raise(d3, 4)\nline: crash(d4)\n").ToString();
    }

    private static string OneProcess()
    {
        var text = new StringBuilder("device tty\npipe r, w\nA: sigaction(USR1, handle)\n");
        for (int thread = 1; thread < Scenario.MaximumActors; thread++)
        {
            Add(text, $"A: T{thread} = clone() = 0\nT{thread}: read(tty, 1)\nT{thread}: poll(r in, 2)\n");
        }

        const string end = "A: kill(A, USR1)\nA: tgkill(A, T3, USR1)\nA: read(tty, 1)\nA: exec()\nline: raise(tty, 9)\n";
        return text.Append(end).ToString();
    }

    private static void Add(StringBuilder text, FormattableString lines) =>
        text.Append(lines.ToString(CultureInfo.InvariantCulture));
}
