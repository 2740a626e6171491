// Text to program. Two passes: the first collects the names that lines define, the second reads line by line and stops at
// the first mistake, which it reports with the column of the offending word. It accepts exactly what ProgramRules calls
// valid, never throws, and leaves the result in normal order. A parser can be reused; after the first text only error
// messages and schedule names allocate.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus;

/// <summary>Parses scenarios.</summary>
public sealed class ScenarioParser
{
    /// <summary>
    /// The greatest length of a text, in characters: every normal form fits a quarter of it, and a schedule line with all
    /// its deviations
    /// under the longest names fits the rest.
    /// </summary>
    public const int MaximumLength = 256 * 1024;

    private readonly ParseState state = new();

    /// <summary>Parses a whole scenario file.</summary>
    /// <param name="file">The name of the input for error messages.</param>
    /// <param name="text">The text; lines end in LF or CR LF.</param>
    /// <param name="scenario">Receives program and schedule line; meaningless after an error.</param>
    /// <param name="error">The first mistake, or null.</param>
    /// <returns>Whether the text is a valid scenario.</returns>
    public bool TryParse(string file, ReadOnlySpan<char> text, Scenario scenario, out ScenarioError? error)
    {
        state.Start(scenario.Program);
        scenario.Schedule.Clear();
        var isValid = TryParse(text, scenario);
        error = state.Error is null ? null : state.Error with { File = file };
        return isValid;
    }

    private bool TryParse(ReadOnlySpan<char> text, Scenario scenario)
    {
        if (text.Length > MaximumLength)
        {
            return state.FailAt(1, 1, $"the text has more than {MaximumLength} characters");
        }

        Collect(text);
        if (!ReadLines(text, scenario.Schedule))
        {
            return false;
        }

        AdoptChildren();
        if (!CheckAncestors())
        {
            return false;
        }

        ProgramOrder.Apply(state.Program);
        return true;
    }

    private void Collect(ReadOnlySpan<char> text)
    {
        var lines = new LineSplitter(text);
        while (lines.MoveNext())
        {
            state.Line = lines.Number;
            NameCollector.CollectDefinitions(state, lines.Current);
        }

        lines = new LineSplitter(text);
        while (lines.MoveNext())
        {
            state.Line = lines.Number;
            NameCollector.CollectImplied(state, lines.Current);
        }
    }

    private bool ReadLines(ReadOnlySpan<char> text, ScheduleLine schedule)
    {
        var lines = new LineSplitter(text);
        while (lines.MoveNext())
        {
            state.Line = lines.Number;
            var reader = new LineReader(lines.Current);
            if (reader.IsAtEnd)
            {
                continue;
            }

            if (schedule.IsPresent)
            {
                return state.Fail(reader.Current, "the schedule is the last line of a scenario");
            }

            var isRead = reader.Is(Keyword.Schedule) ? ReadSchedule(lines.Current, schedule) : ReadLine(ref reader);
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadSchedule(ReadOnlySpan<char> line, ScheduleLine schedule) =>
        schedule.TryParse(line, out var column, out var message) || state.Fail(column, message);

    private bool ReadLine(ref LineReader reader)
    {
        if (reader.TryMove(Keyword.Pipe))
        {
            return ReadPipe(ref reader);
        }

        if (reader.TryMove(Keyword.Device))
        {
            return ReadDefinition(ref reader, isStrand: false) && ReadEnd(ref reader);
        }

        if (reader.TryMove(Keyword.Process))
        {
            return ReadDefinition(ref reader, isStrand: true) && ReadEnd(ref reader);
        }

        return reader.TryMove(Keyword.Thread) ? ReadThread(ref reader) : ReadCall(ref reader);
    }

    private bool ReadPipe(ref LineReader reader)
    {
        var comma = reader;
        comma.Move();

        // The first pass enters no end without the comma, so a missing comma would look like a lack of room for the name.
        if (reader.Current.Kind == TokenKind.Word && !comma.Is(",")
            && ScenarioName.IsLegal(reader.Text) && ShortName.TryCreate(reader.Text, out _))
        {
            return state.FailExpected(comma, "','");
        }

        return ReadDefinition(ref reader, isStrand: false) && state.Expect(ref reader, ",")
            && ReadDefinition(ref reader, isStrand: false) && ReadEnd(ref reader);
    }

    private bool ReadDefinition(ref LineReader reader, bool isStrand) =>
        CallParser.TryReadDefinition(state, ref reader, isStrand, out _);

    private bool ReadThread(ref LineReader reader)
    {
        if (!CallParser.TryReadDefinition(state, ref reader, isStrand: true, out var thread)
            || !state.Expect(ref reader, Keyword.In))
        {
            return false;
        }

        var owner = reader.Current;
        if (!CallParser.TryReadStrand(state, ref reader, ArgumentKind.Process, out var process))
        {
            return false;
        }

        if (state.Program.Strands[process].Kind == StrandKind.Child)
        {
            return state.Fail(owner, "a thread that exists from the start cannot be in a child that is forked later");
        }

        state.Program.StrandAt(thread).Process = (sbyte)process;
        return ReadEnd(ref reader);
    }

    private bool ReadCall(ref LineReader reader)
    {
        var label = reader.Current;
        if (!TryReadLabel(ref reader, out var strand) || !CallParser.TryRead(state, ref reader, strand, out var call)
            || !ReadEnd(ref reader))
        {
            return false;
        }

        return state.Program.AddCall(call) >= 0
            || state.Fail(label, $"more than {Program.MaximumCalls} calls");
    }

    private bool TryReadLabel(ref LineReader reader, out int strand)
    {
        var label = reader.Current;
        strand = Program.None;
        if (label.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "an actor or a declaration");
        }

        var environment = reader.Is(PartyName.Time) ? StrandKind.Time : StrandKind.Line;
        if (reader.Is(PartyName.Time) || reader.Is(PartyName.Line))
        {
            reader.Move();
            return TryAddStrand(label, state.Program.FindEnvironment(environment), Strand.ForEnvironment(environment), out strand)
                && state.Expect(ref reader, ":");
        }

        var after = reader;
        after.Move();
        if (!after.Is(":") && !after.Is("."))
        {
            reader.Move();
            return state.FailExpected(reader, "':' after the name of the actor");
        }

        if (!state.Names.TryFind(reader.Text, out _))
        {
            return CallParser.FailUndefinable(state, reader, isStrand: true);
        }

        return after.Is(".")
            ? TryReadHandler(ref reader, out strand)
            : CallParser.TryReadStrand(state, ref reader, ArgumentKind.Thread, out strand) && state.Expect(ref reader, ":");
    }

    private bool TryReadHandler(ref LineReader reader, out int strand)
    {
        var label = reader.Current;
        strand = Program.None;
        if (!CallParser.TryReadStrand(state, ref reader, ArgumentKind.Process, out var process) || !state.Expect(ref reader, ".")
            || !CallParser.TryReadSignal(state, ref reader, out var signal) || !state.Expect(ref reader, ":"))
        {
            return false;
        }

        return TryAddStrand(label, state.Program.FindHandler(process, signal), Strand.ForHandler(process, signal), out strand);
    }

    private bool TryAddStrand(Token label, int existing, in Strand strand, out int index)
    {
        index = existing >= 0 ? existing : state.Program.AddStrand(strand);
        return index >= 0 || state.Fail(label, $"more than {Program.MaximumStrands} actors and handlers");
    }

    private bool ReadEnd(ref LineReader reader) => reader.IsAtEnd || state.FailExpected(reader, "the end of the line");

    /// <summary>Done last, because the declaration of the forking thread may follow its calls.</summary>
    private void AdoptChildren()
    {
        foreach (ref readonly var call in state.Program.Calls)
        {
            if (call.Kind == CallKind.Fork)
            {
                state.Program.StrandAt(call.Output0).Parent = state.Program.Strands[call.Strand].Process;
            }
        }
    }

    private bool CheckAncestors()
    {
        var program = state.Program;
        for (var i = 0; i < program.StrandCount; i++)
        {
            ref readonly var strand = ref program.Strands[i];
            if (strand.Kind == StrandKind.Child && !ProgramRules.HasInitialAncestor(program, i))
            {
                var isFound = state.Names.TryFind(strand.Name.ToString(), out var entry);
                Verify.That(isFound, "a child has no definition");
                var message = $"child '{strand.Name}' is forked by nobody but its own descendants";
                return state.FailAt(entry.Line, entry.Column, message);
            }
        }

        return true;
    }
}
