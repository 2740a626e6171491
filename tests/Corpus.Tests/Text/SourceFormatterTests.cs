// The formatter of scenario files: what it does by example, and what it promises by property: meaning and comments stay, and
// formatting twice is formatting once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class SourceFormatterTests
{
    [Fact]
    public void Comments_and_groups_stay_and_words_and_spacing_become_canonical()
    {
        const string Loose =
            "\n\n   #first\r\n" +
            "#!x\n##  two  \t\n#\n" +
            "A :read( r,007 )when B blocked=EINTR|4 | 0#tail \r\n" +
            "  \t\n\n\n" +
            "  pipe r ,w\t# ends\n" +
            "process A\n" +
            "B: sigsuspend({ SIGRT1,HUP })   ##\n" +
            "B:sigaction( SIGUSR1 ,handle , nodefer | restart)\n" +
            "\n   # last\n\n\n";
        const string Tidy =
            "# first\n" +
            "#!x\n##  two\n#\n" +
            "A: read(r, 7) = 0 | 4 | EINTR when B blocked  # tail\n" +
            "\n" +
            "pipe r, w  # ends\n" +
            "process A\n" +
            "B: sigsuspend({HUP, RT1})  ##\n" +
            "B: sigaction(USR1, handle, restart|nodefer)\n" +
            "\n# last\n";
        Assert.Equal(Tidy, SourceFiles.Format(SourceFiles.Read(Loose)));
        Assert.Equal(Tidy, SourceFiles.Format(SourceFiles.Read(Tidy)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\n \n", "")]
    [InlineData("#", "#\n")]
    [InlineData("A: pause()", "A: pause()\n")]
    [InlineData("\ufeffA: pause()", "A: pause()\n")]
    public void A_file_ends_in_one_line_feed_or_is_empty(string text, string formatted) =>
        Assert.Equal(formatted, SourceFiles.Format(SourceFiles.Read(text)));

    [Fact]
    public void A_text_in_normal_form_is_formatted_already() =>
        Assert.Equal(Samples.Everything, SourceFiles.Format(SourceFiles.Read(Samples.Everything)));

    [Fact]
    public void Hash_schedule_and_comments_of_careless_files_stay_and_formatting_again_changes_nothing()
    {
        var random = new Prng(31);
        var bytes = new byte[1200];
        var schedule = new Schedule();
        Span<ShortName> names = new ShortName[PartyName.MaximumCount];
        for (var i = 0; i < 2000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            bytes.AsSpan((int)random.NextBelow((uint)bytes.Length)).Clear();
            var file = Samples.Decode(bytes, schedule);
            Samples.Rename(file.Scenario, ref random);
            var hash = ScenarioHash.Of(file.Scenario);
            if (i % 2 == 0)
            {
                file.Schedule.SetHeader(hash, "tristate", "managarm", 1);
                file.Schedule.AddAll(schedule, names[..PartyName.List(file.Scenario, names)]);
            }

            var loose = LooseText.Of(file.Format(), ref random);
            var formatted = SourceFiles.Format(SourceFiles.Read(loose));
            var again = SourceFiles.Read(formatted);
            Assert.True(again.File.Scenario.ContentEquals(file.Scenario), formatted);
            Assert.Equal(hash, ScenarioHash.Of(again.File.Scenario));
            Assert.True(again.File.Schedule.ContentEquals(file.Schedule), formatted);
            Assert.Equal(Comments(loose), Comments(formatted));
            Assert.Equal(formatted, SourceFiles.Format(again));
            Assert.DoesNotMatch(@"[ \t]\n|\r|\n\n\n|^\n|\n\n$", formatted);
        }
    }

    [Fact]
    public void A_file_that_would_become_too_long_is_refused()
    {
        const string Line = "#x\n";
        var text = string.Concat(Enumerable.Repeat(Line, ScenarioParser.MaximumLength / Line.Length));
        var source = SourceFiles.Read(text);
        Assert.True(source.IsValid);
        Assert.False(SourceFormatter.TryFormat(source, out _, out var error));
        Assert.Equal("x.scn:1:1: the formatted text has more than 262144 bytes", error!.ToString());
    }

    /// <summary>What people wrote behind the marks, line by line.</summary>
    private static IEnumerable<string> Comments(string text) => text.Split('\n')
        .Where(line => line.Contains('#'))
        .Select(line => line[(line.IndexOf('#') + 1)..].Trim(' ', '\t', '\r'));
}
