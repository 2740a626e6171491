// The encoding half of ScenarioCodec. Strands are renumbered to the order in which the decoder creates actors: processes,
// threads, children and cloned threads by the order of their
// creating calls. The decoder's normal order then restores the scenario's own numbers.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Bytes;

/// <summary>Writes one scenario as bytes.</summary>
internal ref struct ScenarioEncoder
{
    internal const int OkFlag = 1;
    internal const int BlockedFlag = 2;
    internal const int ValueCountShift = 2;

    private readonly Scenario scenario;
    private readonly Span<byte> actors;
    private ByteWriter writer;
    private int processCount;
    private int threadCount;
    private int actorCount;

    /// <summary>Prepares to encode; <paramref name="actors"/> is scratch with a place for every strand.</summary>
    internal ScenarioEncoder(Scenario scenario, Span<byte> actors, Span<byte> bytes)
    {
        this.scenario = scenario;
        this.actors = actors;
        writer = new ByteWriter(bytes);
        NumberActors();
    }

    /// <summary>Writes everything and returns the number of bytes.</summary>
    internal int Encode(Schedule schedule)
    {
        EncodeHeader(schedule.Count);
        foreach (ref readonly var strand in scenario.Strands)
        {
            if (IsInitialThread(strand))
            {
                writer.Write(actors[strand.Process]);
            }
        }

        foreach (ref readonly var call in scenario.Calls)
        {
            EncodeCall(call);
        }

        for (var i = 0; i < scenario.CallCount; i++)
        {
            if (scenario.Calls[i].Allowed.IsSpecified)
            {
                EncodeResult(i);
            }
        }

        foreach (var deviation in schedule.Deviations)
        {
            writer.Write(deviation.Party);
            writer.Write(deviation.Next);
            writer.WriteVariable(deviation.Point);
        }

        EncodeDevicesAndMachine();
        return writer.Length;
    }

    private void NumberActors()
    {
        processCount = NumberInitial(StrandKind.Process);
        threadCount = NumberInitial(StrandKind.Thread);
        foreach (ref readonly var call in scenario.Calls)
        {
            if (CallTable.Of(call.Kind).CreatesStrand)
            {
                actors[call.Output0] = (byte)actorCount++;
            }
        }
    }

    private static bool IsInitialThread(in Strand strand) => strand.Kind == StrandKind.Thread && !strand.IsCloned;

    private int NumberInitial(StrandKind kind)
    {
        var count = 0;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (scenario.Strands[i].Kind == kind && !scenario.Strands[i].IsCreated)
            {
                actors[i] = (byte)actorCount++;
                count++;
            }
        }

        return count;
    }

    private void EncodeHeader(int deviations)
    {
        var pipes = 0;
        var devices = 0;
        foreach (ref readonly var resource in scenario.Resources)
        {
            pipes += resource.IsPrelude && resource.Kind == ResourceKind.PipeRead ? 1 : 0;
            devices += resource.Kind == ResourceKind.Device ? 1 : 0;
        }

        var results = 0;
        foreach (ref readonly var call in scenario.Calls)
        {
            results += call.Allowed.IsSpecified ? 1 : 0;
        }

        writer.Write(pipes);
        writer.Write(devices);
        writer.Write(processCount);
        writer.Write(threadCount);
        writer.Write(scenario.CallCount);
        writer.Write(results);
        writer.WriteUInt16(deviations);
    }

    private void EncodeCall(in Call call)
    {
        var end = writer.Length + ScenarioCodec.CallLength;
        ref readonly var caller = ref scenario.Strands[call.Strand];
        writer.Write((int)call.Kind - 1);
        writer.Write(caller.Process < 0 ? 0 : actors[caller.IsActor ? call.Strand : caller.Process]);
        writer.Write(caller.Signal + 1);
        writer.Write(call.WhenBlocked < 0
            ? 0 : (actors[call.WhenBlocked] + 1) | (call.WhenSettled ? ScenarioCodec.SettledFlag : 0));
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            EncodeArgument(description.ArgumentAt(i), call.Argument(i));
        }

        writer.PadTo(end);
    }

    private void EncodeArgument(ArgumentKind kind, short value)
    {
        switch (kind)
        {
            case ArgumentKind.Device:
                writer.Write(CountBefore(value, ResourceKind.Device));
                break;
            case ArgumentKind.Process:
                writer.Write(ProcessNumberOf(value));
                break;
            case ArgumentKind.ProcessOrAny:
                writer.Write(value < 0 ? 0 : ProcessNumberOf(value) + 1);
                break;
            case ArgumentKind.Thread:
                writer.Write(actors[value]);
                break;
            case ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents:
                writer.Write(Math.Max(value - 1, 0));
                break;
            case ArgumentKind.SignalSet:
                writer.WriteUInt16((ushort)value);
                break;
            default:
                EncodeNumber(kind, value);
                break;
        }
    }

    private void EncodeNumber(ArgumentKind kind, short value)
    {
        var minimum = CallTable.MinimumOf(kind);
        if (CallTable.MaximumOf(kind) - minimum > byte.MaxValue)
        {
            writer.WriteUInt16(value - minimum);
        }
        else
        {
            writer.Write(value - minimum);
        }
    }

    private readonly int CountBefore(int index, ResourceKind kind)
    {
        var count = 0;
        foreach (ref readonly var resource in scenario.Resources[..index])
        {
            count += resource.Kind == kind ? 1 : 0;
        }

        return count;
    }

    /// <summary>The place of a process among processes and children in the decoder's order.</summary>
    private readonly int ProcessNumberOf(int strand)
    {
        var number = 0;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            number += scenario.Strands[i].IsProcess && actors[i] < actors[strand] ? 1 : 0;
        }

        return number;
    }

    private void EncodeDevicesAndMachine()
    {
        var end = writer.Length;
        foreach (ref readonly var resource in scenario.Resources)
        {
            if (resource.Kind == ResourceKind.Device)
            {
                var value = ScenarioCodec.DeviceByteOf(resource);
                writer.Write(value);
                end = value == 0 ? end : writer.Length;
            }
        }

        if (scenario.HasPlainMachine)
        {
            writer.Truncate(end);
            return;
        }

        writer.Write(scenario.ProcessorCount - 1 + (Scenario.MaximumProcessors * (int)scenario.Alarm));
    }

    private void EncodeResult(int index)
    {
        ref readonly var allowed = ref scenario.Calls[index].Allowed;
        var flags = (allowed.AllowsAnySuccess ? OkFlag : 0) | (allowed.AllowsBlocked ? BlockedFlag : 0);
        writer.Write(index);
        writer.Write(flags | (allowed.ValueCount << ValueCountShift));
        writer.WriteUInt32(allowed.Errnos);
        writer.WriteUInt16(ChildBits(allowed.Children));
        for (var i = 0; i < AllowedResults.MaximumValues; i++)
        {
            writer.Write(i < allowed.ValueCount ? allowed.ValueAt(i) : 0);
        }
    }

    private readonly int ChildBits(uint children)
    {
        var bits = 0;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if ((children & (1U << i)) != 0)
            {
                bits |= 1 << (actors[i] - processCount - threadCount);
            }
        }

        return bits;
    }
}
