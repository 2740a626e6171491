// Bytes and scenarios: decoding never fails, decoding an encoded scenario gives the scenario with standard names, and the
// layout is pinned.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Bytes;

public sealed class ScenarioCodecTests
{
    [Fact]
    public void Any_bytes_decode_to_a_valid_scenario_and_schedule() => Property.ForAll<byte[]>(5000, bytes =>
    {
        var schedule = new Schedule();
        var scenario = Samples.Decode(bytes, schedule).Scenario;
        return ScenarioRules.CheckNormal(scenario) == ScenarioProblem.None && HasValidParties(scenario, schedule)
            && IsIdentity(scenario, schedule);
    });

    [Fact]
    public void Any_scenario_with_any_schedule_survives_bytes() =>
        Property.ForAll<(byte[] Program, (byte, byte, uint)[] Schedule)>(3000, given =>
        {
            var scenario = Samples.Decode(given.Program, new Schedule()).Scenario;
            var parties = PartyName.Count(scenario);
            var schedule = new Schedule();
            foreach (var (party, next, point) in given.Schedule.Take(Schedule.Capacity))
            {
                schedule.Add(new Deviation((byte)(party % parties), (byte)(next % parties), point));
            }

            return IsIdentity(scenario, schedule);
        });

    [Fact]
    public void Dense_bytes_decode_to_scenarios_that_survive_bytes_text_and_back()
    {
        var random = new Prng(11);
        var bytes = new byte[2000];
        var calls = 0;
        var deviations = 0;
        var deviating = 0;
        for (var i = 0; i < 3000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            var schedule = new Schedule();
            var scenario = Samples.Decode(bytes, schedule).Scenario;
            Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
            Assert.True(IsIdentity(scenario, schedule));
            Assert.True(IsIdentity(scenario, Samples.RandomSchedule(scenario, ref random)));
            Assert.True(HasValidParties(scenario, schedule));
            calls += scenario.CallCount;
            deviations += schedule.Count;
            deviating += schedule.Count > 0 ? 1 : 0;
        }

        Assert.True(calls > 3000 * 20, "programs are dense");
        Assert.True(deviating > 2500, $"{deviating} of 3000 have a schedule");
        Assert.True(deviations > 3000 * 20, "schedules are long");
    }

    [Fact]
    public void A_scenario_with_a_schedule_line_survives_bytes_but_for_its_names()
    {
        var random = new Prng(12);
        var bytes = new byte[ScenarioCodec.MaximumLength];
        Span<ShortName> names = new ShortName[PartyName.MaximumCount];
        for (var i = 0; i < 500; i++)
        {
            Samples.FillBytes(ref random, bytes.AsSpan(0, 1500));
            var schedule = new Schedule();
            var file = Samples.Decode(bytes.AsSpan(0, 1500), schedule);
            Samples.Rename(file.Scenario, ref random);
            SetLine(file, schedule);
            var parsed = Samples.Parse(file.Format());
            var resolved = new Schedule();
            Assert.Equal(0, parsed.Schedule.Resolve(names[..PartyName.List(parsed.Scenario, names)], resolved));
            var length = ScenarioCodec.Encode(parsed.Scenario, resolved, bytes);
            var decodedSchedule = new Schedule();
            var decoded = Samples.Decode(bytes.AsSpan(0, length), decodedSchedule);
            SetLine(decoded, decodedSchedule);
            StandardNames.Apply(parsed.Scenario);
            SetLine(parsed, resolved);
            Assert.Equal(parsed.Format(), decoded.Format());
        }
    }

    [Fact]
    public void Every_beginning_of_an_encoding_is_a_scenario_and_cuts_machine_devices_and_schedule_first()
    {
        var random = new Prng(13);
        var bytes = new byte[ScenarioCodec.MaximumLength];
        for (var i = 0; i < 40; i++)
        {
            Samples.FillBytes(ref random, bytes.AsSpan(0, 700));
            var schedule = new Schedule();
            var scenario = Samples.Decode(bytes.AsSpan(0, 700), schedule).Scenario;
            var length = ScenarioCodec.Encode(scenario, schedule, bytes);
            var plain = new Scenario();
            plain.CopyFrom(scenario);
            MakePlain(plain);
            var least = ScenarioCodec.Encode(plain, new Schedule(), new byte[ScenarioCodec.MaximumLength]);
            for (var cut = length; cut >= 0; cut--)
            {
                var shorter = new Schedule();
                var found = Samples.Decode(bytes.AsSpan(0, cut), shorter).Scenario;
                Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(found));
                Assert.True(HasValidParties(found, shorter));
                if (cut >= least)
                {
                    Assert.True(cut < length || found.ContentEquals(scenario));
                    MakePlain(found);
                    Assert.True(found.ContentEquals(plain));
                    Assert.InRange(shorter.Count, 0, schedule.Count);
                    var whole = Math.Max(shorter.Count - 1, 0);
                    Assert.Equal(schedule.Deviations[..whole].ToArray(), shorter.Deviations[..whole].ToArray());
                }
            }
        }
    }

    [Fact]
    public void A_scenario_that_is_not_in_normal_order_is_refused()
    {
        var scenario = new Scenario();
        scenario.AddStrand(Strand.ForProcess(0, ShortName.Of("A")));
        scenario.AddStrand(Strand.ForProcess(1, ShortName.Of("B")));
        scenario.AddCall(Call.Of(1, CallKind.Pause));
        scenario.AddCall(Call.Of(0, CallKind.Pause));
        Assert.ThrowsAny<Exception>(() => ScenarioCodec.Encode(scenario, new Schedule(), new byte[ScenarioCodec.MaximumLength]));
        ScenarioOrder.Apply(scenario);
        Assert.True(ScenarioCodec.Encode(scenario, new Schedule(), new byte[ScenarioCodec.MaximumLength]) > 0);
    }

    [Fact]
    public void Encoding_forgets_names_and_nothing_else()
    {
        var scenario = Samples.Parse(Samples.Everything).Scenario;
        var decoded = Reencode(scenario, new Schedule(), out _);
        Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(decoded));
        StandardNames.Apply(scenario);
        Assert.Equal(ScenarioFormatter.Format(scenario), ScenarioFormatter.Format(decoded));
    }

    [Fact]
    public void The_layout_never_changes()
    {
        var scenario = Samples.Parse("pipe r, w\nA.USR1: write(w, 3) = 3 | EINTR\nB: kill(A, USR1) when A blocked\n").Scenario;
        var schedule = new Schedule();
        schedule.Add(new Deviation(1, 0, 200));
        var bytes = new byte[ScenarioCodec.MaximumLength];
        var length = ScenarioCodec.Encode(scenario, schedule, bytes);
        const string Expected =
            "010002000201" + "0100" +
            "02000400010300000000" +
            "04010001000300000000" +
            "0004" + "08000000" + "0000" + "03000000" +
            "0100C801";
        Assert.Equal(Expected, Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void What_devices_are_like_stands_behind_what_older_bytes_hold()
    {
        var scenario = Samples.Parse("device a\ndevice b deaf on files2\ndevice c\nA: read(a, 1)\nA: close(b)\n").Scenario;
        var plain = Samples.Parse("device a\ndevice b\ndevice c\nA: read(a, 1)\nA: close(b)\n").Scenario;
        var bytes = new byte[ScenarioCodec.MaximumLength];
        var schedule = new Schedule();
        schedule.Add(new Deviation(0, 1, 3));
        var older = Convert.ToHexString(bytes.AsSpan(0, ScenarioCodec.Encode(plain, schedule, bytes)));
        var newer = Convert.ToHexString(bytes.AsSpan(0, ScenarioCodec.Encode(scenario, schedule, bytes)));
        Assert.Equal(older + "0007", newer);
        scenario.ResourceAt(1).Behaviour = FileBehaviour.Serial;
        scenario.ProcessorCount = 3;
        scenario.Alarm = AlarmKind.OneShot;
        var newest = Convert.ToHexString(bytes.AsSpan(0, ScenarioCodec.Encode(scenario, schedule, bytes)));
        Assert.Equal(older + "001500" + "06", newest);
        Assert.True(Samples.Decode(Convert.FromHexString(newest), new Schedule()).Scenario.ContentEquals(Named(scenario)));
        scenario = Samples.Parse("device a\ndevice b deaf on files2\ndevice c\nA: read(a, 1)\nA: close(b)\n").Scenario;
        Assert.True(Samples.Decode(Convert.FromHexString(newer + "00"), new Schedule()).Scenario.ContentEquals(
            Named(scenario)));
        Assert.True(Samples.Decode(Convert.FromHexString(older), new Schedule()).Scenario.ContentEquals(Named(plain)));
    }

    [Fact]
    public void Cloned_threads_stand_between_children_and_no_creator_is_lost()
    {
        const string Text =
            "A: C = fork()\nC: C2 = clone() = 0\nC2: D = fork() = D\nD: D2 = clone()\nD2: D3 = clone()\n" +
            "B: tgkill(D, D3, USR1) when C2 blocked\nB: kill(D, USR1)\nC2: waitpid(D) = D | EINTR\n";
        var scenario = Named(Samples.Parse(Text).Scenario);
        var decoded = Reencode(scenario, new Schedule(), out _);
        Assert.Equal(ScenarioFormatter.Format(scenario), ScenarioFormatter.Format(decoded));
        Assert.True(decoded.ContentEquals(scenario));
    }

    /// <summary>The numbers of the byte are those of the tables, and whoever adds a kind has to leave them as they are.</summary>
    [Theory]
    [InlineData(0, FileBehaviour.Terminal, 0)]
    [InlineData(4, FileBehaviour.Slow, 0)]
    [InlineData(7, FileBehaviour.Deaf, 1)]
    [InlineData(19, FileBehaviour.Slow, 3)]
    [InlineData(21, FileBehaviour.Serial, 1)]
    [InlineData(24, FileBehaviour.SlowCancel, 0)]
    [InlineData(27, FileBehaviour.SlowCancel, 3)]
    [InlineData(28, FileBehaviour.Slow, 0)]
    [InlineData(47, FileBehaviour.Serial, 3)]
    [InlineData(255, FileBehaviour.Terminal, 3)]
    public void A_byte_of_a_device_means_what_it_always_meant(byte value, FileBehaviour behaviour, int server)
    {
        byte[] bytes = [0, 1, 1, 0, 0, 0, 0, 0, value];
        ref readonly var device = ref Samples.Decode(bytes, new Schedule()).Scenario.Resources[0];
        Assert.Equal((behaviour, server), (device.Behaviour, device.Server));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    public void Bytes_that_ask_for_more_devices_than_there_can_be_get_as_many(byte devices)
    {
        byte[] bytes = [0, devices, 1, 0, 0, 0, 0, 0];
        Assert.Equal(8, Samples.Decode(bytes, new Schedule()).Scenario.CountDevices());
    }

    [Fact]
    public void No_bytes_are_the_empty_scenario()
    {
        var scenario = Samples.Decode([], new Schedule()).Scenario;
        Assert.Equal((0, 0, 0), (scenario.StrandCount, scenario.CallCount, scenario.ResourceCount));
    }

    private static Scenario Named(Scenario scenario)
    {
        StandardNames.Apply(scenario);
        return scenario;
    }

    private static void MakePlain(Scenario scenario)
    {
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            scenario.ResourceAt(i).Server = 0;
            scenario.ResourceAt(i).Behaviour = FileBehaviour.Terminal;
        }

        scenario.ProcessorCount = 1;
        scenario.Alarm = AlarmKind.TscDeadline;
    }

    private static void SetLine(ScenarioFile file, Schedule schedule)
    {
        Span<ShortName> names = stackalloc ShortName[PartyName.MaximumCount];
        file.Schedule.SetHeader(ScenarioHash.Of(file.Scenario), "tristate", "managarm", 1);
        file.Schedule.AddAll(schedule, names[..PartyName.List(file.Scenario, names)]);
    }

    private static bool HasValidParties(Scenario scenario, Schedule schedule)
    {
        var parties = PartyName.Count(scenario);
        foreach (var deviation in schedule.Deviations)
        {
            if (deviation.Party >= parties || deviation.Next >= parties)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIdentity(Scenario scenario, Schedule schedule)
    {
        var decoded = Reencode(scenario, schedule, out var decodedSchedule);
        return decoded.ContentEquals(scenario) && decodedSchedule.Deviations.SequenceEqual(schedule.Deviations);
    }

    private static Scenario Reencode(Scenario scenario, Schedule schedule, out Schedule decodedSchedule)
    {
        var bytes = new byte[ScenarioCodec.MaximumLength];
        var length = ScenarioCodec.Encode(scenario, schedule, bytes);
        decodedSchedule = new Schedule();
        return Samples.Decode(bytes.AsSpan(0, length), decodedSchedule).Scenario;
    }
}
