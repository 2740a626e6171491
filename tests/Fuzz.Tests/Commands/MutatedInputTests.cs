// A hundred thousand random and mutated scenario texts and schedule lines: the parser accepts or rejects with a place, what
// it accepts runs, and the command line ends in exit code 2 exactly for what is rejected. Nothing throws. One case of 250
// goes through the whole command line, since that is slower; all cases are fixed by one seed.

using System.Text;
using System.Text.RegularExpressions;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed partial class MutatedInputTests : IDisposable
{
    private const int Cases = 100_000;
    private const int CommandLineEvery = 250;
    private const string Alphabet = "ABCrw0129 ,.:=(){}@>|#_-\n\tkillreadwaitpidpollpipeUSRKforkscheduleabcdef\0\u00e9";

    private readonly string[] seeds =
        [.. Directory.GetFiles(TestCampaign.SeedDirectory, "*.scn").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private readonly ScenarioRunner[] runners =
        [.. ProtocolCatalog.All.ToArray().Select(protocol => new ScenarioRunner(protocol, Profile.Managarm))];

    private readonly string path = Path.Combine(Path.GetTempPath(), $"managarm-perf-{Guid.NewGuid():n}.scn");

    public void Dispose()
    {
        File.Delete(path);
        foreach (ScenarioRunner runner in runners)
        {
            runner.Dispose();
        }
    }

    [Fact]
    public void Texts_are_rejected_with_a_place_or_run()
    {
        var random = new Prng(20261122);
        var parser = new ScenarioParser();
        var strategy = new DelayBounded();
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            string text = MakeText(ref random);
            var file = new ScenarioFile();
            bool isAccepted = parser.TryParse("f", text, file, out ScenarioError? error);
            if (isAccepted)
            {
                accepted++;
                strategy.Seed(random.NextUInt64(), 2, 100);
                runners[i % runners.Length].Run(file.Scenario, strategy, default);
            }
            else
            {
                Assert.Matches(Place(), error!.ToString());
            }

            if (i % CommandLineEvery == 0)
            {
                bool mustRun = isAccepted && !file.Schedule.IsPresent && file.Scenario.CallCount > 0;
                CheckCommandLine(text, mustRun, isAccepted);
            }
        }

        Assert.InRange(accepted, Cases / 20, Cases - (Cases / 20));
    }

    [Fact]
    public void Schedule_lines_are_rejected_with_a_column_or_replayed()
    {
        const string line = "schedule 1 7df29204840888f2 tristate managarm 1 A@11>B posix@3>time B@2>A";
        var random = new Prng(7);
        var parser = new ScenarioParser();
        var file = new ScenarioFile();
        Assert.True(parser.TryParse("f", "A: B = fork()\nA: waitpid(B)\nB: kill(A, USR1)\nB: pause()\n", file, out _));
        ScenarioRunner runner = runners[^1];
        var replay = new Replay();
        for (int i = 0; i < Cases; i++)
        {
            var schedule = new ScheduleLine();
            string mutated = Mutate(ref random, line);
            if (!schedule.TryParse("f", 1, mutated, out ScenarioError? error))
            {
                Assert.Matches(Place(), error!.ToString());
                Assert.InRange(error.Column, 1, mutated.Length + 1);
                Assert.InRange(error.EndColumn, error.Column, mutated.Length + 1);
                continue;
            }

            var resolved = new Schedule();
            Span<ShortName> names = new ShortName[Scheduler.MaxParties];
            schedule.Resolve(names[..runner.System.Parties.List(file.Scenario, names)], resolved);
            replay.Load(resolved, isStrict: i % 2 == 0);
            runner.Run(file.Scenario, replay, default);
            replay.Finish();
        }
    }

    private void CheckCommandLine(string text, bool mustRun, bool isAccepted)
    {
        File.WriteAllText(path, text);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exit = FuzzApplication.Run(["run", path], output, errors);
        Assert.True(isAccepted ? !mustRun || exit is 0 or 1 : exit == 2, $"exit {exit} for:\n{text}\n{errors}");
        Assert.DoesNotContain("   at ", output.ToString() + errors, StringComparison.Ordinal);
        if (!isAccepted)
        {
            string[] lines = errors.ToString().TrimEnd('\n').Split('\n');
            Assert.All(lines, line => Assert.Matches(Place(), "f" + line[path.Length..]));
        }

        CheckLooking(text, isAccepted);
    }

    /// <summary>The options that only look at the text agree with `run`, and a file with mistakes stays as it was.</summary>
    private void CheckLooking(string text, bool isAccepted)
    {
        int expected = isAccepted ? 0 : 2;
        Assert.Equal(expected, CommandRunner.Run("run", "--format", path).ExitCode);
        int exit = CommandRunner.Run("run", "--check", "--json", path).ExitCode;
        Assert.True(exit == expected || (isAccepted && text.Contains("schedule")), text);
        Assert.Equal(expected, CommandRunner.Run("run", "--format", "--write", path).ExitCode);
        Assert.Equal(expected, CommandRunner.Run("run", "--format", "--check", path).ExitCode);
        if (!isAccepted)
        {
            Assert.Equal(text, File.ReadAllText(path));
        }
    }

    private string MakeText(ref Prng random)
    {
        if (random.NextBelow(8) > 0)
        {
            return Mutate(ref random, seeds[random.NextBelow((uint)seeds.Length)]);
        }

        var text = new StringBuilder();
        for (uint length = random.NextBelow(120); length > 0; length--)
        {
            text.Append(Alphabet[(int)random.NextBelow((uint)Alphabet.Length)]);
        }

        return text.ToString();
    }

    private static string Mutate(ref Prng random, string original)
    {
        var text = new StringBuilder(original);
        for (uint edits = random.NextBelow(4); edits > 0 && text.Length > 0; edits--)
        {
            int at = (int)random.NextBelow((uint)text.Length);
            switch (random.NextBelow(4))
            {
                case 0:
                    text[at] = Alphabet[(int)random.NextBelow((uint)Alphabet.Length)];
                    break;
                case 1:
                    text.Insert(at, Alphabet[(int)random.NextBelow((uint)Alphabet.Length)]);
                    break;
                case 2:
                    text.Remove(at, (int)Math.Min(random.NextBelow(12), (uint)(text.Length - at)));
                    break;
                default:
                    text.Insert(at, text.ToString(at, (int)Math.Min(random.NextBelow(40), (uint)(text.Length - at))));
                    break;
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^f:\d+:\d+: \S")]
    private static partial Regex Place();
}
