// The normal form, pinned by examples: what is printed first, how things are spaced, what a comment and a declaration
// without need become.

using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class ScenarioFormatterTests
{
    [Fact]
    public void A_scenario_in_normal_form_prints_back_to_itself() =>
        Assert.Equal(Samples.Everything, Samples.Parse(Samples.Everything).Format());

    [Fact]
    public void Spacing_comments_order_of_tail_and_prefixes_are_normalised()
    {
        const string Loose =
            "# a comment\r\n" +
            "\r\n" +
            "A :read( r,007 )when B blocked=EINTR|4 | 0 # tail\r\n" +
            "  pipe r ,w\r\n" +
            "B: sigsuspend({ SIGRT1,HUP })\r\n" +
            "B: sigaction( SIGUSR1 ,handle , nodefer | restart)\r\n" +
            "B: poll(w out|in,5)\r\n";
        const string Normal =
            "pipe r, w\n" +
            "A: read(r, 7) = 0 | 4 | EINTR when B blocked\n" +
            "B: sigsuspend({HUP, RT1})\n" +
            "B: sigaction(USR1, handle, restart|nodefer)\n" +
            "B: poll(w in|out, 5)\n";
        Assert.Equal(Normal, Samples.Parse(Loose).Format());
    }

    [Fact]
    public void Preludes_come_first_and_strands_in_the_order_of_first_mention()
    {
        const string Text =
            "B: kill(A, INT)\n" +
            "line: raise(tty, 1)\n" +
            "thread T in A\n" +
            "T: C = fork()\n" +
            "A: pause()\n" +
            "device tty\n" +
            "pipe r, w\n" +
            "process Q\n";
        const string Normal =
            "pipe r, w\n" +
            "device tty\n" +
            "process Q\n" +
            "thread T in A\n" +
            "B: kill(A, INT)\n" +
            "line: raise(tty, 1)\n" +
            "T: C = fork()\n" +
            "A: pause()\n";
        var file = Samples.Parse(Text);
        Assert.Equal(Normal, file.Format());
        Assert.Equal("Q", file.Scenario.Strands[0].Name.ToString());
        Assert.Equal("A", file.Scenario.Strands[1].Name.ToString());
        Assert.Equal("T", file.Scenario.Strands[2].Name.ToString());
    }

    [Fact]
    public void An_empty_text_is_the_empty_scenario() => Assert.Equal("", Samples.Parse(" \n# nothing\n\n").Format());

    [Fact]
    public void A_declared_process_that_makes_calls_needs_no_declaration() =>
        Assert.Equal("A: pause()\n", Samples.Parse("process A\nA: pause()\n").Format());

    [Fact]
    public void One_call_is_formatted_without_line_feed()
    {
        var scenario = Samples.Parse(Samples.Everything).Scenario;
        Assert.Equal("A.USR1: write(w, 1) = 1", ScenarioFormatter.FormatCall(scenario, 5));
    }

    [Fact]
    public void The_hash_never_changes()
    {
        var lines = Samples.Everything.Split('\n');
        string[] later = [.. lines.Where(line => line.Split(' ', ':', '(', ')').Any(word =>
            word is "net" or "com" or "T" or "T2" or "exec" or "machine" or "usb"
                or "hdd"))];
        var older = string.Join('\n', lines.Except(later));
        Assert.Equal(11, later.Length);
        Assert.Equal(0xF6DE8B247FF0A9A2UL, ScenarioHash.Of(Samples.Parse(older).Scenario));
        Assert.Equal(0x2CE7142FC7BE28F0UL, ScenarioHash.Of(Samples.Parse(Samples.Everything).Scenario));
        Assert.NotEqual(
            ScenarioHash.Of(Samples.Parse("A: nanosleep(1)\n").Scenario),
            ScenarioHash.Of(Samples.Parse("A: nanosleep(2)\n").Scenario));
    }
}
