// The protocol between runner and child, from both sides: the server against scripted requests, the line against children that
// die, hang, lie or speak another version. No process is started and no time is measured.

using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Workloads;

namespace Managarm.Perf.Bench.Tests.Runner;

public sealed class ChildLineTests
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_child_answers_every_request_in_order()
    {
        using var workload = new CountingWorkload();
        string[] replies = Serve(workload, "warm 1\nrun 7\nrun 30\nquit\nrun 1000\n");
        Assert.Equal(4, replies.Length);
        Assert.Matches("^ready 1 1 (pinned|free)$", replies[0]);
        Assert.Matches("^warmed [1-9][0-9]* [1-9][0-9]*$", replies[1]);
        Assert.Matches("^done [1-9][0-9]* [0-9]+$", replies[2]);
        Assert.Equal([7, 30], workload.Runs[^2..]);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run 0")]
    [InlineData("run -5")]
    [InlineData("run 99999999999")]
    [InlineData("run 1 2")]
    [InlineData("walk 3")]
    [InlineData("")]
    public void A_child_answers_nonsense_with_an_error_and_goes_on(string request)
    {
        using var workload = new CountingWorkload();
        string[] replies = Serve(workload, $"{request}\nrun 5\n");
        Assert.Equal($"error not a request: {request}", replies[1]);
        Assert.StartsWith("done ", replies[2], StringComparison.Ordinal);
        Assert.Equal([5], workload.Runs);
    }

    [Fact]
    public void A_runner_reads_what_a_child_says()
    {
        var input = new StringWriter();
        var line = new ChildLine("x", input, new StringReader("ready 1 2 pinned\nwarmed 100 250\ndone 1234 56\n"), patience);
        Assert.True(line.AwaitReady());
        Assert.Equal(2.5, line.WarmUp(400));
        Assert.Equal((1234, 56), line.Run(10));
        Assert.Equal("warm 400\nrun 10\n", input.ToString());
    }

    [Theory]
    [InlineData("", "x: the child ended where 'ready' was expected")]
    [InlineData("ready 2 1 free\n", "x: the child speaks version 2, the runner 1")]
    [InlineData("Unhandled exception.\n", "x: the child said 'Unhandled exception.' where 'ready' was expected")]
    [InlineData("ready 1 1 free\n", "x: the child ended where 'done' was expected")]
    [InlineData("ready 1 1 free\nerror not a request\n", "x: the child said 'error not a request' where 'done' was expected")]
    [InlineData("ready 1 1 free\ndone fast 0\n", "x: the child said 'fast' where a number was expected")]
    [InlineData("ready 1 1 free\ndone 5\n", "x: the child said 'done 5' where 'done' was expected")]
    public void A_runner_says_what_a_broken_child_did(string said, string message)
    {
        var line = new ChildLine("x", new StringWriter(), new StringReader(said), patience);
        var failure = Assert.Throws<ChildException>(() =>
        {
            line.AwaitReady();
            line.Run(1);
        });
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, failure.ExitCode);
    }

    [Fact]
    public void A_child_that_hangs_is_given_up()
    {
        var line = new ChildLine("x", new StringWriter(), new SilentReader(), TimeSpan.FromMilliseconds(1));
        var failure = Assert.Throws<ChildException>(() => line.AwaitReady());
        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slowed_workload_does_more_than_it_is_asked_for()
    {
        var inner = new CountingWorkload();
        using var slowed = new SlowedWorkload(inner, 10);
        slowed.Run(1000);
        Assert.Equal([1100], inner.Runs);
    }

    private static string[] Serve(IWorkload workload, string requests)
    {
        using var output = new StringWriter();
        ChildServer.Serve(workload, new StringReader(requests), output);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    private sealed class SilentReader : TextReader
    {
        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<string?>().Task);
    }

    private sealed class CountingWorkload : IWorkload
    {
        public List<int> Runs { get; } = [];

        public string Name => "counting";

        public string Summary => "counts its runs";

        public string Unit => "nothing";

        public void Prepare() => Runs.Clear();

        public long Run(int operations)
        {
            Runs.Add(operations);
            return operations;
        }

        public void Dispose() => Runs.TrimExcess();
    }
}
