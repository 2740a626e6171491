// The decoding half of ProgramCodec. It reads all records first as they are, then gives them strands and outputs, then
// arguments, because a call may name what a later one creates. It may leave calls that refer to nothing and handlers
// without calls; ProgramRepair removes them afterwards. What Encode writes needs no repair.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus;

/// <summary>Builds one program of bytes.</summary>
internal readonly ref struct ProgramDecoder
{
    private readonly Program program;

    internal ProgramDecoder(Program program)
    {
        this.program = program;
    }

    /// <summary>Reads everything but the deviations and returns how many of those are announced.</summary>
    internal int DecodeProgram(ref ByteReader reader)
    {
        var pipes = reader.NextBelow((Program.MaximumResources / 2) + 1);
        var devices = Math.Min(reader.NextBelow(Program.MaximumResources - (2 * pipes) + 1), Program.MaximumDevices);
        var processes = reader.NextBelow(Program.MaximumProcesses + 1);
        var threads = reader.NextBelow(processes == 0 ? 0 : Program.MaximumActors - processes + 1);
        var calls = reader.NextBelow(Program.MaximumCalls + 1);
        var results = reader.NextBelow(Program.MaximumCalls + 1);
        var deviations = reader.NextUInt16() % (Schedule.Capacity + 1);
        AddPrelude(pipes, devices);
        AddActors(ref reader, processes, threads);
        DecodeCalls(ref reader, calls);
        for (var i = 0; i < results && !reader.IsAtEnd; i++)
        {
            DecodeResult(ref reader, processes + threads);
        }

        return deviations;
    }

    /// <summary>Reads what devices are like; repair keeps all devices, in their order.</summary>
    internal void DecodeDevices(ref ByteReader reader)
    {
        for (var i = 0; i < program.ResourceCount && !reader.IsAtEnd; i++)
        {
            ref var resource = ref program.ResourceAt(i);
            if (resource.Kind == ResourceKind.Device)
            {
                ProgramCodec.ApplyDeviceByte(reader.Next(), ref resource);
            }
        }
    }

    /// <summary>Reads what the machine is like.</summary>
    internal void DecodeMachine(ref ByteReader reader)
    {
        if (reader.IsAtEnd)
        {
            return;
        }

        var value = reader.NextBelow(Program.MaximumProcessors * ((int)AlarmKind.Hpet + 1));
        program.ProcessorCount = (value % Program.MaximumProcessors) + 1;
        program.Alarm = (AlarmKind)(value / Program.MaximumProcessors);
        program.ProcessorCount = program.Alarm == AlarmKind.Hpet ? 1 : program.ProcessorCount;
    }

    private void AddPrelude(int pipes, int devices)
    {
        for (var i = 0; i < pipes; i++)
        {
            AddPipe(isPrelude: true);
        }

        for (var i = 0; i < devices; i++)
        {
            program.AddResource(Resource.Of(ResourceKind.Device, isPrelude: true, default));
        }
    }

    private int AddPipe(bool isPrelude)
    {
        if (program.ResourceCount + 2 > Program.MaximumResources)
        {
            return Program.None;
        }

        var first = program.AddResource(Resource.Of(ResourceKind.PipeRead, isPrelude, default));
        program.AddResource(Resource.Of(ResourceKind.PipeWrite, isPrelude, default));
        return first;
    }

    private void AddActors(ref ByteReader reader, int processes, int threads)
    {
        for (var i = 0; i < processes; i++)
        {
            program.AddStrand(Strand.ForProcess(i, default));
        }

        for (var i = 0; i < threads; i++)
        {
            program.AddStrand(Strand.ForThread(reader.NextBelow(processes), default));
        }
    }

    private void DecodeCalls(ref ByteReader reader, int count)
    {
        Span<byte> records = stackalloc byte[Program.MaximumCalls * ProgramCodec.CallLength];
        var read = 0;
        while (read < count && !reader.IsAtEnd)
        {
            foreach (ref var part in records.Slice(read * ProgramCodec.CallLength, ProgramCodec.CallLength))
            {
                part = reader.Next();
            }

            read++;
        }

        records = records[..(read * ProgramCodec.CallLength)];
        var firstCreated = program.StrandCount;
        AddCreated(records);
        var actors = program.StrandCount;
        Span<sbyte> creators = stackalloc sbyte[Program.MaximumActors];
        ReadCreators(records, firstCreated, creators);
        AdoptCreated(firstCreated, creators);
        var created = firstCreated;
        for (var i = 0; i < read; i++)
        {
            AddCall(records.Slice(i * ProgramCodec.CallLength, ProgramCodec.CallLength), actors, creators, ref created);
        }

        for (var i = 0; i < read; i++)
        {
            DecodeArguments(ref program.CallAt(i), records.Slice(i * ProgramCodec.CallLength, ProgramCodec.CallLength), actors);
        }
    }

    /// <summary>Adds a strand for each record that creates one, as far as there is room.</summary>
    private void AddCreated(ReadOnlySpan<byte> records)
    {
        for (var i = 0; i < records.Length && program.StrandCount > 0; i += ProgramCodec.CallLength)
        {
            ref readonly var description = ref CallTable.Of(KindOf(records[i]));
            if (description.Has(CallFlags.CreatesChild))
            {
                program.AddStrand(Strand.ForChild(program.StrandCount, 0, default));
            }
            else if (description.Has(CallFlags.CreatesThread))
            {
                program.AddStrand(Strand.ForClone(0, default));
            }
        }
    }

    /// <summary>
    /// Whether the record creates the strand <paramref name="created"/>. A record for which there was no room creates nothing;
    /// all later ones of its kind had none either, so the next strand is of the other kind then.
    /// </summary>
    private bool Creates(CallKind kind, int created, int actors) =>
        CallTable.Of(kind).CreatesStrand && created < actors && ProgramRules.IsCreatedBy(kind, program.Strands[created]);

    private void ReadCreators(ReadOnlySpan<byte> records, int firstCreated, Span<sbyte> creators)
    {
        var actors = program.StrandCount;
        var created = firstCreated;
        for (var i = 0; i < records.Length; i += ProgramCodec.CallLength)
        {
            if (Creates(KindOf(records[i]), created, actors))
            {
                creators[created++] = (sbyte)(records[i + 1] % actors);
            }
        }
    }

    /// <summary>Gives created strands their process or parent, and those that only themselves would create to the first
    /// process.</summary>
    private void AdoptCreated(int firstCreated, Span<sbyte> creators)
    {
        for (var i = firstCreated; i < program.StrandCount; i++)
        {
            var ancestor = i;
            for (var steps = 0; ancestor >= firstCreated && steps < program.StrandCount; steps++)
            {
                ancestor = creators[ancestor];
            }

            creators[i] = ancestor >= firstCreated ? (sbyte)0 : creators[i];
        }

        for (var i = firstCreated; i < program.StrandCount; i++)
        {
            var creator = creators[i];
            while (program.Strands[creator].IsCloned)
            {
                creator = creators[creator];
            }

            ref var strand = ref program.StrandAt(i);
            strand.Parent = program.Strands[creator].Process;
            strand.Process = strand.Kind == StrandKind.Thread ? strand.Parent : strand.Process;
        }
    }

    private static CallKind KindOf(byte value) => (CallKind)(1 + (value % (CallTable.Count - 1)));

    /// <summary>Adds a call for a record whatever it is worth, so that calls and records keep the same indices.</summary>
    private void AddCall(ReadOnlySpan<byte> record, int actors, ReadOnlySpan<sbyte> creators, ref int created)
    {
        var kind = KindOf(record[0]);
        var call = Call.Of(0, kind);
        var strand = StrandOf(kind, record, actors);
        if (Creates(kind, created, actors))
        {
            strand = creators[created];
            call.Output0 = (sbyte)created++;
        }
        else if (CallTable.Of(kind).CreatesStrand)
        {
            strand = Program.None;
        }
        else if (kind == CallKind.Pipe && strand >= 0)
        {
            call.Output0 = (sbyte)AddPipe(isPrelude: false);
            call.Output1 = (sbyte)(call.Output0 + 1);
            strand = call.Output0 < 0 ? Program.None : strand;
        }

        if (strand < 0)
        {
            call = Call.Of(0, CallKind.None);
        }
        else
        {
            call.Strand = (byte)strand;
        }

        program.AddCall(call);
    }

    private int StrandOf(CallKind kind, ReadOnlySpan<byte> record, int actors)
    {
        ref readonly var description = ref CallTable.Of(kind);
        if ((description.Callers & CallerKinds.Actors) == 0)
        {
            var environment = (description.Callers & CallerKinds.Time) != 0 ? StrandKind.Time : StrandKind.Line;
            return FindOrAdd(program.FindEnvironment(environment), Strand.ForEnvironment(environment));
        }

        if (actors == 0)
        {
            return Program.None;
        }

        var caller = record[1] % actors;
        var signal = (record[2] & ProgramCodec.ActorMask) - 1;
        if ((uint)signal >= SignalTable.Count || !description.MayBeMadeBy(StrandKind.Handler))
        {
            return caller;
        }

        var process = program.Strands[caller].Process;
        return FindOrAdd(program.FindHandler(process, signal), Strand.ForHandler(process, signal));
    }

    private int FindOrAdd(int existing, in Strand strand) => existing >= 0 ? existing : program.AddStrand(strand);

    private void DecodeArguments(ref Call call, ReadOnlySpan<byte> record, int actors)
    {
        var condition = (record[3] & ProgramCodec.ActorMask) - 1;
        call.WhenBlocked = (sbyte)(condition < actors && condition != call.Strand ? condition : Program.None);
        call.WhenSettled = call.WhenBlocked >= 0 && (record[3] & ProgramCodec.SettledFlag) != 0;
        ref readonly var description = ref CallTable.Of(call.Kind);
        var reader = new ByteReader(record[4..]);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = DecodeArgument(ref reader, kind);
            var isVoid = kind == ArgumentKind.OptionalPollEvents && call.Argument(i - 1) < 0;
            call.SetArgument(i, isVoid ? 0 : value);
        }
    }

    private int DecodeArgument(ref ByteReader reader, ArgumentKind kind)
    {
        switch (kind)
        {
            case ArgumentKind.Descriptor or ArgumentKind.PollDescriptor:
                return program.ResourceCount == 0 ? Program.None : reader.NextBelow(program.ResourceCount);
            case ArgumentKind.OptionalPollDescriptor:
                return reader.NextBelow(program.ResourceCount + 1) - 1;
            case ArgumentKind.Device:
                return Nth(reader.NextBelow(CountDevices()), ResourceKind.Device);
            case ArgumentKind.Process:
                return NthProcess(reader.NextBelow(CountProcesses()));
            case ArgumentKind.ProcessOrAny:
                return NthProcess(reader.NextBelow(CountProcesses() + 1) - 1);
            case ArgumentKind.Thread:
                return NthActor(reader.NextBelow(CountProcesses() + CountKind(StrandKind.Thread)));
            case ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents:
                return 1 + reader.NextBelow((int)PollEvents.Both);
            case ArgumentKind.SignalSet:
                return reader.NextUInt16() & SignalTable.AllMask;
            default:
                return DecodeNumber(ref reader, CallTable.MinimumOf(kind), CallTable.MaximumOf(kind));
        }
    }

    private static int DecodeNumber(ref ByteReader reader, int minimum, int maximum)
    {
        var range = maximum - minimum + 1;
        return minimum + (range > byte.MaxValue + 1 ? reader.NextUInt16() % range : reader.NextBelow(range));
    }

    private int CountKind(StrandKind kind)
    {
        var count = 0;
        foreach (ref readonly var strand in program.Strands)
        {
            count += strand.Kind == kind ? 1 : 0;
        }

        return count;
    }

    private int CountProcesses() => CountKind(StrandKind.Process) + CountKind(StrandKind.Child);

    private int CountDevices()
    {
        var count = 0;
        foreach (ref readonly var resource in program.Resources)
        {
            count += resource.Kind == ResourceKind.Device ? 1 : 0;
        }

        return count;
    }

    private int Nth(int number, ResourceKind kind)
    {
        for (var i = 0; i < program.ResourceCount; i++)
        {
            if (program.Resources[i].Kind == kind && number-- == 0)
            {
                return i;
            }
        }

        return Program.None;
    }

    private int NthProcess(int number)
    {
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (program.Strands[i].IsProcess && number-- == 0)
            {
                return i;
            }
        }

        return Program.None;
    }

    private int NthActor(int number) => number < program.StrandCount && program.Strands[number].IsActor ? number : Program.None;

    private void DecodeResult(ref ByteReader reader, int firstChild)
    {
        var index = reader.NextBelow(program.CallCount);
        var flags = reader.Next();
        var errnos = reader.NextUInt32();
        var children = reader.NextUInt16();
        Span<byte> values = [reader.Next(), reader.Next(), reader.Next(), reader.Next()];
        if (program.CallCount == 0)
        {
            return;
        }

        ref var call = ref program.CallAt(index);
        var result = CallTable.Of(call.Kind).Result;
        if (result == ResultKind.None)
        {
            return;
        }

        AddPlainResults(ref call.Allowed, flags, errnos, values);
        for (var bit = 0; bit < Program.MaximumStrands - firstChild && result == ResultKind.Process; bit++)
        {
            var strand = firstChild + bit;
            if ((children & (1 << bit)) != 0 && strand < program.StrandCount && program.Strands[strand].Kind == StrandKind.Child)
            {
                call.Allowed.TryAddChild(strand);
            }
        }
    }

    private static void AddPlainResults(ref AllowedResults allowed, byte flags, uint errnos, ReadOnlySpan<byte> values)
    {
        if ((flags & ProgramEncoder.OkFlag) != 0)
        {
            allowed.TryAddAnySuccess();
        }

        if ((flags & ProgramEncoder.BlockedFlag) != 0)
        {
            allowed.TryAddBlocked();
        }

        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            if ((errnos & (1U << i)) != 0)
            {
                allowed.TryAddErrno(i);
            }
        }

        var count = (flags >> ProgramEncoder.ValueCountShift) % (AllowedResults.MaximumValues + 1);
        foreach (var value in values[..count])
        {
            allowed.TryAddValue(value);
        }
    }
}
