// What the parser makes of a text, and what it says about texts that are wrong: always the column of the offending word.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class ScenarioParserTests
{
    [Fact]
    public void Calls_of_a_strand_are_linked_in_line_order()
    {
        var scenario = Samples.Parse(Samples.Everything).Scenario;
        var strand = scenario.FindStrand(ShortName.Of("A2"));
        var kinds = new List<CallKind>();
        for (var call = scenario.FirstCall(strand); call >= 0; call = scenario.NextInStrand(call))
        {
            kinds.Add(scenario.Calls[call].Kind);
        }

        Assert.Equal([CallKind.Sigprocmask, CallKind.Sigsuspend, CallKind.Sigprocmask, CallKind.Read], kinds);
    }

    [Fact]
    public void A_child_inherits_the_handlers_of_its_parent()
    {
        var scenario = Samples.Parse(
            "A: B = fork()\nB: C = fork()\nA.USR1: pause()\nB.USR2: pause()\nC.USR1: pause()\n").Scenario;
        var usr1 = SignalTable.IndexOf("USR1");
        var usr2 = SignalTable.IndexOf("USR2");
        var a = scenario.FindStrand(ShortName.Of("A"));
        var b = scenario.FindStrand(ShortName.Of("B"));
        var c = scenario.FindStrand(ShortName.Of("C"));
        Assert.Equal(scenario.FindHandler(a, usr1), scenario.HandlerOf(b, usr1));
        Assert.Equal(scenario.FindHandler(c, usr1), scenario.HandlerOf(c, usr1));
        Assert.Equal(scenario.FindHandler(b, usr2), scenario.HandlerOf(c, usr2));
        Assert.Equal(Scenario.None, scenario.HandlerOf(a, usr2));
    }

    [Fact]
    public void Accepted_results_contain_what_the_line_says()
    {
        var scenario = Samples.Parse(Samples.Everything).Scenario;
        var child = scenario.FindStrand(ShortName.Of("C"));
        var wait = scenario.Calls[4].Allowed;
        Assert.True(wait.Contains(0));
        Assert.True(wait.Contains(ProcessNumber.Of(child)));
        Assert.True(wait.Contains(-(long)Errno.ECHILD));
        Assert.False(wait.Contains(ProcessNumber.Of(child) + 1));
        Assert.False(wait.Contains(-(long)Errno.EINTR));
        Assert.False(wait.Contains(1));
        Assert.True(scenario.Calls[8].Allowed.AllowsBlocked);
        Assert.False(scenario.Calls[8].Allowed.Contains(0));
        Assert.True(scenario.Calls[14].Allowed.Contains(2));
        Assert.True(default(AllowedResults).Contains(-(long)Errno.EIO));
    }

    [Theory]
    [InlineData("A read(r, 1)", "test:1:3: expected ':' after the name of the actor, found 'read'")]
    [InlineData("A: red(r, 1)", "test:1:4: expected a call, found 'red'; did you mean 'read'?")]
    [InlineData("A:", "test:1:3: expected a call, found the end of the line")]
    [InlineData("A: pause(1)", "test:1:10: expected ')', found '1'; the call is written pause()")]
    [InlineData("A: pause(", "test:1:10: expected ')', found the end of the line; the call is written pause()")]
    [InlineData("A: pause() now", "test:1:12: expected '=', 'when' or the end of the line, found 'now'")]
    [InlineData("\n\nA: read(x, 1)", "test:3:9: expected a descriptor, but nothing is named 'x'")]
    [InlineData("A: read(A, 1)", "test:1:9: 'A' is a process, not a descriptor")]
    [InlineData("pipe r, w\nline: raise(r, 1)", "test:2:13: 'r' is the read end of a pipe, not a device")]
    [InlineData("device d\nA: read(d, 256)", "test:2:12: the number is out of range, 0 to 255 is possible")]
    [InlineData("device d\nA: read(d, -1)", "test:2:12: the number is out of range, 0 to 255 is possible")]
    [InlineData("device d\nA: read(d, 9x)", "test:2:12: expected a number from 0 to 255, found '9x'")]
    [InlineData("A: nanosleep(99999999999999999999)", "test:1:14: the number is out of range, 0 to 1000 is possible")]
    [InlineData("device d\nA: poll(d in, -2)", "test:2:15: the number is out of range, -1 to 1000 is possible")]
    [InlineData("device d\nA: poll(d, 1)", "test:2:10: expected 'in' or 'out', found ','")]
    [InlineData("device d\nA: poll(d in|in, 1)", "test:2:14: 'in' is there already")]
    [InlineData("device d\nA: poll(d in, d out, d in, 1)", "test:2:22: expected a number from -1 to 1000, found 'd'")]
    [InlineData("thread T in A\nA: kill(T, USR1)", "test:2:9: 'T' is a thread, not a process")]
    [InlineData("A: kill(A, USR3)", "test:1:12: expected a signal, found 'USR3'; did you mean 'USR1'?")]
    [InlineData("A: sigaction(USR1, catch)", "test:1:20: expected 'default', 'ignore' or 'handle', found 'catch'")]
    [InlineData("A: sigsuspend({USR1, USR1})", "test:1:22: USR1 is in the set already")]
    [InlineData("A: sigsuspend({USR1 USR2})", "test:1:21: expected ',', found 'USR2'")]
    [InlineData("A: fork()", "test:1:4: 'fork' creates one thing, but this line names nothing; the call is written C = fork()")]
    [InlineData(
        "A: x = read(x, 1)",
        "test:1:4: 'read' creates nothing, but this line names one thing; the call is written read(fd, count)")]
    [InlineData(
        "A: r, w = fork()",
        "test:1:4: 'fork' creates one thing, but this line names two things; the call is written C = fork()")]
    [InlineData("A: r, w pipe()", "test:1:9: expected '=', found 'pipe'")]
    [InlineData("A: r, = pipe()", "test:1:7: expected a new name, found '='")]
    [InlineData("A: C = fork()\nA: C = fork()", "test:2:4: 'C' is defined twice, first at line 1")]
    [InlineData("pipe r w", "test:1:8: expected ',', found 'w'")]
    [InlineData("pipe r", "test:1:7: expected ',', found the end of the line")]
    [InlineData("A.USR1 pause()", "test:1:8: expected ':', found 'pause'")]
    [InlineData("A.: pause()", "test:1:3: expected a signal, found ':'")]
    [InlineData("pipe r, r", "test:1:9: 'r' is defined twice, first at line 1")]
    [InlineData("device A\nA: pause()", "test:2:1: 'A' is a device, not an actor")]
    [InlineData("A: C = fork()\nC: D = fork()\nC: A = fork()", "test:1:4: child 'C' is forked by nobody but its own descendants")]
    [InlineData("A: A = fork()", "test:1:4: child 'A' is forked by nobody but its own descendants")]
    [InlineData(
        "thread T in C\nA: C = fork()",
        "test:1:13: a thread that exists from the start cannot be in a child that is forked later; that child can clone it")]
    [InlineData("thread T in\n", "test:1:12: expected a process, found the end of the line")]
    [InlineData("A.USR1: C = fork()", "test:1:13: a handler cannot call 'fork', only processes, threads and children can")]
    [InlineData("A.USR1: exit(0)", "test:1:9: a handler cannot call 'exit', only processes, threads and children can")]
    [InlineData("time: pause()", "test:1:7: time cannot call 'pause', only processes, threads, children and handlers can")]
    [InlineData("A: advance(1)", "test:1:4: a process cannot call 'advance', only 'time:' can")]
    [InlineData("line: advance(1)", "test:1:7: an interrupt line cannot call 'advance', only 'time:' can")]
    [InlineData("A: pause() when A blocked", "test:1:17: an actor cannot wait until it is blocked itself")]
    [InlineData("A: pause() when B blocked", "test:1:17: expected an actor, but nothing is named 'B'; there is A")]
    [InlineData("A: pause()\nB: pause() when A", "test:2:18: expected 'blocked' or 'settled', found the end of the line")]
    [InlineData("A: exit(0) = 0", "test:1:12: 'exit' has no result")]
    [InlineData("A: pause() =", "test:1:13: expected a number, a child, an error, 'ok' or 'blocked', found the end of the line")]
    [InlineData("A: pause() = EINTR | EINTR", "test:1:22: the result is there already")]
    [InlineData("A: pause() = A", "test:1:14: 'A' is a process, not a child")]
    [InlineData("A: C = fork()\nA: pause() = C", "test:2:14: the call does not return a process")]
    [InlineData("A: pause() = 1|2|3|4|5", "test:1:22: more than 4 numbers")]
    [InlineData("device time", "test:1:8: 'time' is a word of the language and no name")]
    [InlineData("device EINTR", "test:1:8: 'EINTR' is a word of the language and no name")]
    [InlineData("device SIGUSR1", "test:1:8: 'SIGUSR1' is a word of the language and no name")]
    [InlineData("device abcdefghijklmnop", "test:1:8: the name 'abcdefghijklmnop' has more than 15 characters")]
    [InlineData("posix: pause()", "test:1:1: 'posix' is a word of the language and no name")]
    [InlineData("A: pause()\u00E9", "test:1:11: expected '=', 'when' or the end of the line, found the character U+00E9")]
    [InlineData("%", "test:1:1: expected an actor or a declaration, found '%'")]
    [InlineData(
        "schedule 1 0123456789abcdef tristate managarm 1\nA: pause()",
        "test:2:1: the schedule is the last line of a scenario")]
    [InlineData(
        "schedule 2 0123456789abcdef tristate managarm 1",
        "test:1:10: the schedule has another format than 1, which this program reads")]
    public void A_mistake_is_reported_with_its_place(string text, string error) => Assert.Equal(error, Samples.ErrorOf(text));

    [Fact]
    public void A_scenario_that_fills_every_limit_is_accepted_and_one_more_is_not()
    {
        var processes = Lines(8, i => $"process P{i}");
        Samples.Parse(processes);
        const string ProcessLimit = "more than 8 processes, children included";
        Assert.Equal($"test:9:9: {ProcessLimit}", Samples.ErrorOf(processes + "process Q"));
        Assert.Equal($"test:9:1: {ProcessLimit}", Samples.ErrorOf(processes + "Q: pause()"));
        Assert.Equal($"test:9:5: {ProcessLimit}", Samples.ErrorOf(processes + "P1: Q = fork()"));
        var threads = processes + Lines(8, i => $"thread T{i} in P{i}");
        Samples.Parse(threads);
        const string ThreadLimit = "more than 16 threads, the first ones of processes included";
        Assert.Equal($"test:17:8: {ThreadLimit}", Samples.ErrorOf(threads + "thread Q in P0"));
        Assert.Equal($"test:17:5: {ThreadLimit}", Samples.ErrorOf(threads + "P1: Q = clone()"));
        var strands = threads + Lines(14, i => $"P{i / 2}.RT{i % 2}: pause()")
            + "time: advance(1)\nline: raise(d, 1)\ndevice d\n";
        Samples.Parse(strands);
        Assert.Equal("test:34:1: more than 32 actors and handlers", Samples.ErrorOf(strands + "P1.USR1: pause()"));
        var calls = Lines(96, _ => "A: pause()");
        Samples.Parse(calls);
        Assert.Equal("test:97:1: more than 96 calls", Samples.ErrorOf(calls + "A: pause()"));
        var devices = Lines(8, i => $"device d{i}");
        Samples.Parse(devices);
        Assert.Equal("test:9:8: more than 8 devices", Samples.ErrorOf(devices + "device q serial"));
        var resources = devices + Lines(4, i => $"pipe r{i}, w{i}");
        Samples.Parse(resources);
        Assert.Equal("test:13:8: more than 16 descriptors", Samples.ErrorOf(resources + "device q"));
        Assert.Equal("test:13:6: more than 16 descriptors", Samples.ErrorOf(resources + "pipe q, s"));
    }

    [Theory]
    [InlineData("device d", FileBehaviour.Terminal, 0, "device d\n")]
    [InlineData("device d terminal on files", FileBehaviour.Terminal, 0, "device d\n")]
    [InlineData("device d stream", FileBehaviour.Stream, 0, "device d stream\n")]
    [InlineData("device d on files2", FileBehaviour.Terminal, 1, "device d on files2\n")]
    [InlineData("device d deaf on files4", FileBehaviour.Deaf, 3, "device d deaf on files4\n")]
    [InlineData("device d late on files", FileBehaviour.Late, 0, "device d late\n")]
    [InlineData("device d slow on files3", FileBehaviour.Slow, 2, "device d slow on files3\n")]
    [InlineData("device d slowcancel on files2", FileBehaviour.SlowCancel, 1, "device d slowcancel on files2\n")]
    public void A_device_has_a_kind_and_a_server(string text, FileBehaviour behaviour, int server, string normal)
    {
        var file = Samples.Parse(text);
        Assert.Equal(behaviour, file.Scenario.Resources[0].Behaviour);
        Assert.Equal(server, file.Scenario.Resources[0].Server);
        Assert.Equal(normal, file.Format());
        Assert.Equal(normal, SourceFiles.Format(SourceFiles.Read(text)));
    }

    [Fact]
    public void Names_of_new_parties_stand_behind_the_older_ones()
    {
        Span<ShortName> names = new ShortName[PartyName.MaximumCount];
        var count = PartyName.List(Samples.Parse("A: T = clone()\nB: pause()\n").Scenario, names);
        string[] expected =
        [
            "A", "T", "B", "posix", "files", "time", "line", "clock", "files2", "files3", "files4", "order",
            "cpu0", "cpu1", "cpu2", "cpu3", "alarm",
        ];
        Assert.Equal(expected, names[..count].ToArray().Select(name => name.ToString()));
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused() =>
        Assert.StartsWith("test:1:1: the text has more than", Samples.ErrorOf(new string('#', ScenarioParser.MaximumLength + 1)));

    [Fact]
    public void A_parser_can_be_reused_after_an_error()
    {
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        Assert.False(parser.TryParse("first", "A: oops()", file, out _));
        Assert.True(parser.TryParse("second", Samples.Everything, file, out var error));
        Assert.Null(error);
        Assert.Equal(Samples.Everything, file.Format());
    }

    private static string Lines(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));
}
