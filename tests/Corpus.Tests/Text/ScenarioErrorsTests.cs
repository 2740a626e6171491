// All mistakes of a text at once: in order, one per line, none that only follows from another, not too many, each with its kind
// and the end of the word.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class ScenarioErrorsTests
{
    [Fact]
    public void Independent_mistakes_are_reported_in_the_order_of_lines_and_one_per_line() =>
        Assert.Equal(
            [
                "x.scn:1:1: expected an actor or a declaration, found '%'",
                "x.scn:2:4: expected a call, found 'red'; did you mean 'read'?",
                "x.scn:4:12: expected ',', found ')'; the call is written kill(process, signal)",
            ],
            Report("%\nA: red(q, 1) = 999\nA: pause()\nA: kill( A )\n"));

    [Theory]
    [InlineData("pip r, w\nA: read(r, 1)\nA: write(w, 1)\n", 1)]
    [InlineData("pipe r w\nA: read(r, 1)\nA: write(w, 1)\n", 1)]
    [InlineData("A: read(r, 1)\nA: r, w = pip()\n", 1)]
    [InlineData("A: C = frok()\nC: pause()\nA: waitpid(C) = C\n", 1)]
    [InlineData("A pause()\nB: kill(A, USR1)\n", 1)]
    [InlineData("thread T im A\nB: tgkill(B, T, USR1)\n", 1)]
    [InlineData("A: exit(0) = 0\nB: read(A, 1)\n", 2)]
    [InlineData("A: pause() when Q blocked\nB: pause() when Q blocked\n", 2)]
    [InlineData("A: C = fork()\nA: C = fork()\nthread T in C\n", 2)]
    public void What_only_follows_from_a_wrong_definition_is_left_out(string text, int count) =>
        Assert.Equal(count, Report(text).Length);

    [Fact]
    public void Twenty_mistakes_are_reported_and_the_next_says_that_there_are_more()
    {
        var lines = Report(string.Concat(Enumerable.Repeat("A: red()\n", 300)));
        Assert.Equal(ScenarioParser.MaximumErrors + 1, lines.Length);
        Assert.Equal("x.scn:21:4: more mistakes from here on; they are not reported", lines[^1]);
        Assert.Equal(ScenarioParser.MaximumErrors, Report(string.Concat(Enumerable.Repeat("A: red()\n", 20))).Length);
    }

    [Fact]
    public void A_limit_is_reported_once() =>
        Assert.Equal(["x.scn:97:1: more than 96 calls"], Report(string.Concat(Enumerable.Repeat("A: pause()\n", 99))));

    [Theory]
    [InlineData("A: red(r, 1)", 4, 7, ScenarioErrorCode.UnknownCall)]
    [InlineData("A: pause(", 10, 10, ScenarioErrorCode.Syntax)]
    [InlineData("A: nanosleep(- 5)", 14, 17, ScenarioErrorCode.OutOfRange)]
    [InlineData("A: pause() = -5", 14, 16, ScenarioErrorCode.OutOfRange)]
    [InlineData("A: pause()\ud83d\ude00", 11, 13, ScenarioErrorCode.Syntax)]
    [InlineData("A: pause()\t\tx", 13, 14, ScenarioErrorCode.Syntax)]
    [InlineData("A: pause()  # \0", 15, 16, ScenarioErrorCode.ControlCharacter)]
    [InlineData("A: pause()\r", 11, 12, ScenarioErrorCode.ControlCharacter)]
    [InlineData("# old\rA: pause()\r", 6, 7, ScenarioErrorCode.ControlCharacter)]
    [InlineData("schedule 1 0123456789abcdef Tri m 1", 29, 32, ScenarioErrorCode.ScheduleSyntax)]
    public void An_error_has_a_kind_and_covers_its_word(string text, int column, int endColumn, ScenarioErrorCode code)
    {
        var error = Assert.Single(SourceFiles.Read(text).Errors);
        Assert.Equal((1, column, endColumn, code), (error.Line, error.Column, error.EndColumn, error.Code));
    }

    [Theory]
    [InlineData("A: Pause()", "'pause'")]
    [InlineData("A: sigporcmask(set, {})", "'sigprocmask'")]
    [InlineData("A: waitpid(al)\nA: Al = fork()", "'Al'")]
    [InlineData("A: waitpid(Any)", "'any'")]
    [InlineData("Device tty", "'device'")]
    [InlineData("shedule 1 0123456789abcdef t m 1", "'schedule'")]
    [InlineData("A: pause() wehn B blocked", "'when'")]
    [InlineData("A: sigaction(USR1, handle, nodefr)", "'nodefer'")]
    [InlineData("device console\nA: read(consle, 1)", "'console'")]
    [InlineData("B: kill(Aa1, TERM)\nAA1: pause()", "'AA1'")]
    [InlineData("A.SIGUSR9: pause()", "'SIGUSR1'")]
    public void A_misspelt_word_brings_a_suggestion(string text, string word) =>
        Assert.Contains($"; did you mean {word}?", Report(text)[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("A: x(1)", "; there are pipe, read, write, close, kill, ")]
    [InlineData("time: x(1)", "; there is advance")]
    [InlineData("pipe r, w\nA: read(q, 1)", "; there are r, w")]
    [InlineData("A: read(q, 1)", "nothing is named 'q'")]
    public void A_word_that_resembles_nothing_brings_what_there_is(string text, string end) =>
        Assert.Contains(end, Report(text)[0], StringComparison.Ordinal);

    [Fact]
    public void Mutated_texts_never_report_more_than_one_mistake_per_line_and_always_in_order()
    {
        var random = new Prng(8);
        for (var i = 0; i < 3000; i++)
        {
            var text = Samples.Everything;
            for (var round = 0; round < 6; round++)
            {
                text = MutatedTextTests.Mutate(text, ref random);
            }

            var parser = new ScenarioParser();
            var isValid = parser.TryParse("f", text, new ScenarioFile(), out var first);
            Assert.Equal(isValid, parser.Errors.Count == 0);
            Assert.Same(first, isValid ? null : parser.Errors[0]);
            Assert.InRange(parser.Errors.Count, 0, ScenarioParser.MaximumErrors + 1);
            var lines = text.Split('\n');
            Assert.All(parser.Errors, error => Assert.InRange(error.EndColumn, error.Column, lines[error.Line - 1].Length + 1));
            var numbers = parser.Errors.Select(error => error.Line).ToArray();
            Assert.Equal(numbers.Distinct().Order(), numbers);
        }
    }

    private static string[] Report(string text) => [.. SourceFiles.Read(text).Errors.Select(error => error.ToString())];
}
