// The schedule line: what it holds, how it prints, which mistakes it names, and how names become party numbers.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Text;

public sealed class ScheduleLineTests
{
    private const string Line = "schedule 1 0123456789abcdef cancel-id managarm 17 A@12>B posix@3>time B@4294967295>clock";

    [Fact]
    public void A_line_prints_back_to_itself()
    {
        var schedule = new ScheduleLine();
        Assert.True(schedule.TryParse("test", 1, Line, out _));
        Assert.Equal(0x0123456789ABCDEFUL, schedule.Hash);
        Assert.Equal("cancel-id", schedule.Protocol);
        Assert.Equal("managarm", schedule.Profile);
        Assert.Equal(17U, schedule.ModelVersion);
        Assert.Equal(3, schedule.Count);
        Assert.Equal(Line, schedule.ToString());
    }

    [Fact]
    public void Names_become_the_numbers_of_a_table_and_unknown_parties_are_counted()
    {
        var line = new ScheduleLine();
        Assert.True(line.TryParse("test", 1, Line, out _));
        ShortName[] names = [ShortName.Of("time"), ShortName.Of("posix"), ShortName.Of("B"), ShortName.Of("A")];
        var schedule = new Schedule();
        Assert.Equal(1, line.Resolve(names, schedule));
        Assert.Equal([new Deviation(3, 2, 12), new Deviation(1, 0, 3)], schedule.Deviations.ToArray());
    }

    [Fact]
    public void Numbers_become_names_again()
    {
        ShortName[] names = [ShortName.Of("time"), ShortName.Of("A")];
        var schedule = new Schedule();
        schedule.Add(new Deviation(1, 0, 5));
        var line = new ScheduleLine();
        line.SetHeader(1, "tristate", "linux", 2);
        line.AddAll(schedule, names);
        Assert.Equal("schedule 1 0000000000000001 tristate linux 2 A@5>time", line.ToString());
    }

    [Fact]
    public void A_schedule_of_the_greatest_length_with_the_longest_names_is_parsed_back()
    {
        var file = Samples.Parse(Samples.Everything);
        file.Schedule.SetHeader(ScenarioHash.Of(file.Scenario), "tristate", "managarm", uint.MaxValue);
        var first = ShortName.Of("abcdefghijklmno");
        var second = ShortName.Of("Abcdefghijklmno");
        for (var i = 0; i < Schedule.Capacity; i++)
        {
            Assert.True(file.Schedule.TryAdd(first, uint.MaxValue, second));
        }

        Assert.False(file.Schedule.TryAdd(ShortName.Of("A"), 1, ShortName.Of("A")));
        Assert.True(Samples.Parse(file.Format()).Schedule.ContentEquals(file.Schedule));
    }

    [Theory]
    [InlineData("schedule", 9, "expected the version of the schedule's format, which is 1")]
    [InlineData("schedule 1 123 t m 1", 12, "expected the hash of the scenario, 16 hexadecimal digits in small letters")]
    [InlineData(
        "schedule 1 0123456789ABCDEF t m 1",
        12,
        "expected the hash of the scenario, 16 hexadecimal digits in small letters")]
    [InlineData(
        "schedule 1 0123456789abcdef T m 1",
        29,
        "expected a protocol: small letters, digits and hyphens, and repairs such as +O1")]
    [InlineData(
        "schedule 1 0123456789abcdef t+O1+ m 1",
        29,
        "expected a protocol: small letters, digits and hyphens, and repairs such as +O1")]
    [InlineData("schedule 1 0123456789abcdef t", 30, "expected a profile: small letters, digits and hyphens")]
    [InlineData("schedule 1 0123456789abcdef t m x", 33, "expected the version of the model, a number")]
    [InlineData("schedule 1 0123456789abcdef t m 1 A", 35, "expected a deviation such as A@12>posix")]
    [InlineData("schedule 1 0123456789abcdef t m 1 @1>A", 35, "expected the name of a party before '@'")]
    [InlineData("schedule 1 0123456789abcdef t m 1 A@>B", 37, "expected the number of a point and '>' after '@'")]
    [InlineData("schedule 1 0123456789abcdef t m 1 A@1", 37, "expected the number of a point and '>' after '@'")]
    [InlineData("schedule 1 0123456789abcdef t m 1 A@4294967296>B", 37, "expected the number of a point and '>' after '@'")]
    [InlineData("schedule 1 0123456789abcdef t m 1 A@1>", 39, "expected the name of a party after '>'")]
    public void A_mistake_is_reported_with_its_column(string text, int column, string message)
    {
        var line = new ScheduleLine();
        Assert.False(line.TryParse("test", 7, text, out var error));
        Assert.Equal($"test:7:{column}: {message}", error!.ToString());
        Assert.InRange(error.EndColumn, column, text.Length + 1);
        Assert.False(line.IsPresent);
    }
}
