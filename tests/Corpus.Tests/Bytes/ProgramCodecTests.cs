// Bytes and programs: decoding never fails, decoding an encoded program gives the program with standard names, and the
// layout is pinned.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus.Tests;

public sealed class ProgramCodecTests
{
    [Fact]
    public void Any_bytes_decode_to_a_valid_program_and_schedule() => Property.ForAll<byte[]>(5000, bytes =>
    {
        var schedule = new Schedule();
        var program = Samples.Decode(bytes, schedule).Program;
        return ProgramRules.CheckNormal(program) == ProgramFault.None && HasValidParties(program, schedule)
            && IsIdentity(program, schedule);
    });

    [Fact]
    public void Dense_bytes_decode_to_programs_that_survive_bytes_text_and_back()
    {
        var random = new Prng(11);
        var bytes = new byte[2000];
        var calls = 0;
        for (var i = 0; i < 3000; i++)
        {
            Samples.FillBytes(ref random, bytes);
            var schedule = new Schedule();
            var program = Samples.Decode(bytes, schedule).Program;
            Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(program));
            Assert.True(IsIdentity(program, schedule));
            calls += program.CallCount;
        }

        Assert.True(calls > 3000 * 20, "programs are dense");
    }

    [Fact]
    public void Encoding_forgets_names_and_nothing_else()
    {
        var program = Samples.Parse(Samples.Everything).Program;
        var decoded = Reencode(program, new Schedule(), out _);
        Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(decoded));
        ProgramNames.Apply(program);
        Assert.Equal(ScenarioFormatter.Format(program), ScenarioFormatter.Format(decoded));
    }

    [Fact]
    public void The_layout_never_changes()
    {
        var program = Samples.Parse("pipe r, w\nA.USR1: write(w, 3) = 3 | EINTR\nB: kill(A, USR1) when A blocked\n").Program;
        var schedule = new Schedule();
        schedule.Add(new Deviation(1, 0, 200));
        var bytes = new byte[ProgramCodec.MaximumLength];
        var length = ProgramCodec.Encode(program, schedule, bytes);
        const string Expected =
            "010002000201" + "0100" +
            "02000400010300000000" +
            "04010001000300000000" +
            "0004" + "08000000" + "0000" + "03000000" +
            "0100C801";
        Assert.Equal(Expected, Convert.ToHexString(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void No_bytes_are_the_empty_program()
    {
        var program = Samples.Decode([], new Schedule()).Program;
        Assert.Equal((0, 0, 0), (program.StrandCount, program.CallCount, program.ResourceCount));
    }

    private static bool HasValidParties(Program program, Schedule schedule)
    {
        var parties = PartyName.Count(program);
        foreach (var deviation in schedule.Deviations)
        {
            if (deviation.Party >= parties || deviation.Next >= parties)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIdentity(Program program, Schedule schedule)
    {
        var decoded = Reencode(program, schedule, out var decodedSchedule);
        return decoded.ContentEquals(program) && decodedSchedule.Deviations.SequenceEqual(schedule.Deviations);
    }

    private static Program Reencode(Program program, Schedule schedule, out Schedule decodedSchedule)
    {
        var bytes = new byte[ProgramCodec.MaximumLength];
        var length = ProgramCodec.Encode(program, schedule, bytes);
        decodedSchedule = new Schedule();
        return Samples.Decode(bytes.AsSpan(0, length), decodedSchedule).Program;
    }
}
