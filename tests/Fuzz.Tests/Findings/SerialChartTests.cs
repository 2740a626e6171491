// docs/hardware.md shows how the line of a serial port and a signal meet at a blocked read. The picture is drawn from a run,
// the first of a fixed row of random schedules in which the interrupt is taken and the read ends with EINTR all the same.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

public sealed class SerialChartTests
{
    private const string Chart = "serial-line-to-eintr.svg";
    private const int SchedulesMax = 2000;

    [Fact]
    public void The_page_shows_how_a_line_and_a_signal_meet_at_a_read()
    {
        string seed = Path.Combine(TestCampaign.SeedDirectory, "serial-input-races-signal.scn");
        Scenario scenario = ScenarioSource.Read(new ScenarioParser(), seed).File.Scenario;
        using var runner = new ScenarioRunner(new Ordered(), Profile.Managarm);
        Story story = FindStory(runner, scenario, out string line);
        string drawn = Managarm.Perf.Fuzz.Findings.Chart.Write(story, line);
        string file = Path.Combine(RepositoryRoot.Path, "docs", "images", Chart);
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(file, drawn);
        }

        Assert.True(File.ReadAllText(file) == drawn, $"{file} is not today's chart; MANAGARM_PERF_ACCEPT=1 accepts it");
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "hardware.md"));
        Assert.Contains($"images/{Chart}", page, StringComparison.Ordinal);
    }

    private static Story FindStory(ScenarioRunner runner, Scenario scenario, out string line)
    {
        var walk = new RandomWalk();
        for (int run = 0; run < SchedulesMax; run++)
        {
            walk.Seed(Prng.Derive(2, (ulong)run), 3);
            runner.Run(scenario, walk, default);
            var schedule = new Schedule();
            schedule.CopyFrom(runner.Recorded);
            Story story = FindingReplay.Tell(runner, scenario, schedule, default);
            IEnumerable<StoryNote> notes = story.Events.SelectMany(each => each.Notes);
            bool isInterrupted = notes.Any(note => note.Kind == NoteKind.InterruptTaken)
                && notes.Any(note => note.Kind == NoteKind.CallEnd && note.Second == -(long)Errno.EINTR);
            if (isInterrupted && schedule.Count <= 12)
            {
                line = RawFinding.ScenarioOf(runner, scenario, schedule).Schedule.ToString();
                return story;
            }
        }

        throw new Xunit.Sdk.XunitException("no schedule shows both");
    }
}
