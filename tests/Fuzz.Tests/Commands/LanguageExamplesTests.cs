// The examples of the page that specifies the language, run: under a kernel that cancels calls as POSIX has it, nothing that an
// example allows is ever exceeded, whatever the schedule. So the page may say what a call returns by way of example.

using System.Text.RegularExpressions;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed partial class LanguageExamplesTests
{
    public static TheoryData<string> Examples()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "language.md"));
        return new TheoryData<string>(Fence().Matches(page).Select(match => match.Groups["body"].Value)
            .Select(body => ScheduleLineOf().Replace(body, "")));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_clean_under_every_schedule_tried(string text)
    {
        string[][] searches =
        [
            ["--strategy", "nonpreemptive"],
            ["--strategy", "random", "--runs", "300"],
            ["--strategy", "delay:2", "--runs", "300"],
        ];
        foreach (string[] search in searches)
        {
            CommandResult result = CommandRunner.RunWithInput(
                text, ["run", "-", "--protocol", "monolithic", "--profile", "linux", .. search]);
            Assert.True(result.ExitCode == CommandExit.Clean, result.Output + result.Error);
        }
    }

    [GeneratedRegex(@"^```scenario\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^schedule .*\n", RegexOptions.Multiline)]
    private static partial Regex ScheduleLineOf();
}
