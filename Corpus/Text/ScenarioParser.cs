// Text to scenario. Two passes: the first collects the names that lines define, the second reads line by line. A line is over
// at its first mistake, which is reported with the place of the offending word; then the next line is read, so that one look
// at a file shows all that is wrong with it. It accepts exactly what ScenarioRules calls valid, never throws, and leaves the
// result in normal order. A parser can be reused; after the first text only errors and schedule names allocate.

using System.Buffers;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Parses scenarios.</summary>
public sealed class ScenarioParser
{
    /// <summary>
    /// The greatest length of a text, in characters: every normal form fits a quarter of it, and a schedule line with all
    /// its deviations
    /// under the longest names fits the rest.
    /// </summary>
    public const int MaximumLength = 256 * 1024;

    /// <summary>The greatest number of mistakes that are reported; one more says that there are more.</summary>
    public const int MaximumErrors = 20;

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(code => char.IsControl(code) && code != '\t')]);

    private readonly ParseState state = new();

    /// <summary>All mistakes of the last text, at most one per line and none that only follows from another; valid until the
    /// next text.</summary>
    public IReadOnlyList<ScenarioError> Errors => state.Errors;

    /// <summary>Parses a whole scenario file.</summary>
    /// <param name="name">The name of the input for error messages.</param>
    /// <param name="text">The text; lines end in LF or CR LF.</param>
    /// <param name="file">Receives scenario and schedule line; meaningless after an error.</param>
    /// <param name="error">The first mistake, or null; the others are in <see cref="Errors"/>.</param>
    /// <returns>Whether the text is a valid scenario.</returns>
    public bool TryParse(string name, ReadOnlySpan<char> text, ScenarioFile file, out ScenarioError? error)
    {
        state.Start(name, file.Scenario);
        file.Schedule.Clear();
        Parse(name, text, file);
        state.Finish(text);
        error = state.Errors.Count == 0 ? null : state.Errors[0];
        return error is null;
    }

    private void Parse(string name, ReadOnlySpan<char> text, ScenarioFile file)
    {
        if (text.Length > MaximumLength)
        {
            state.FailAt(ScenarioErrorCode.TooLong, 1, 1, 0, $"the text has more than {MaximumLength} characters");
            return;
        }

        Collect(text);
        ReadLines(name, text, file.Schedule);
        if (state.Errors.Count > 0)
        {
            return;
        }

        AdoptCreated();
        if (CheckAncestors())
        {
            ScenarioOrder.Apply(state.Scenario);
        }
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

    private void ReadLines(string file, ReadOnlySpan<char> text, ScheduleLine schedule)
    {
        var scheduleLine = 0;
        var lines = new LineSplitter(text);
        while (!state.IsHopeless && lines.MoveNext())
        {
            state.Line = lines.Number;
            var reader = new LineReader(lines.Current);
            if (!CheckCharacters(lines.Current) || reader.IsAtEnd || !CheckPlace(reader, ref scheduleLine))
            {
                continue;
            }

            if (!reader.Is(Keyword.Schedule))
            {
                ReadLine(ref reader);
            }
            else if (!schedule.TryParse(file, state.Line, lines.Current, out var error))
            {
                state.FailAt(error!.Code, error.Line, error.Column, error.EndColumn - error.Column, error.Message);
            }
        }
    }

    /// <summary>Refuses control characters anywhere, comments included: they hide what a terminal or an editor shows.</summary>
    private bool CheckCharacters(ReadOnlySpan<char> line)
    {
        var index = line.IndexOfAny(ControlCharacters);
        if (index < 0)
        {
            return true;
        }

        var message = line[index] == '\r'
            ? "a carriage return inside the line; lines end in LF or CR LF"
            : $"the control character U+{(int)line[index]:X4}, which is not allowed in comments either";
        return state.FailAt(ScenarioErrorCode.ControlCharacter, state.Line, index + 1, 1, message);
    }

    /// <summary>Refuses a second schedule line, and once whatever else follows the first.</summary>
    private bool CheckPlace(in LineReader reader, ref int scheduleLine)
    {
        var isSchedule = reader.Is(Keyword.Schedule);
        if (scheduleLine == 0)
        {
            scheduleLine = isSchedule ? state.Line : 0;
            return true;
        }

        if (isSchedule)
        {
            return state.Fail(
                ScenarioErrorCode.SchedulePlace, reader.Current, $"there is a schedule already, at line {scheduleLine}");
        }

        return scheduleLine < 0 || FailAfterSchedule(reader, ref scheduleLine);
    }

    private bool FailAfterSchedule(in LineReader reader, ref int scheduleLine)
    {
        scheduleLine = -scheduleLine;
        return state.Fail(
            ScenarioErrorCode.SchedulePlace, reader.Current, "the schedule is the last line of a scenario");
    }

    private bool ReadLine(ref LineReader reader)
    {
        if (reader.TryMove(Keyword.Pipe))
        {
            return ReadPipe(ref reader);
        }

        if (reader.TryMove(Keyword.Device))
        {
            return ReadDevice(ref reader);
        }

        if (reader.Is(Keyword.Machine))
        {
            return ReadMachine(ref reader);
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
        NameParser.TryReadDefinition(state, ref reader, isStrand, out _);

    private bool ReadDevice(ref LineReader reader)
    {
        if (!NameParser.TryReadDefinition(state, ref reader, isStrand: false, out var device))
        {
            return false;
        }

        ref var resource = ref state.Scenario.ResourceAt(device);
        if (reader.Current.Kind == TokenKind.Word && !reader.Is(Keyword.On))
        {
            if (!TryReadBehaviour(ref reader, out var behaviour))
            {
                return false;
            }

            resource.Behaviour = (FileBehaviour)behaviour;
        }

        if (!reader.TryMove(Keyword.On))
        {
            return reader.IsAtEnd || state.FailExpected(reader, $"'{Keyword.On}' or the end of the line");
        }

        if (!ArgumentParser.TryReadWord(state, ref reader, Keyword.Servers, out var server))
        {
            return false;
        }

        resource.Server = (byte)server;
        return ReadEnd(ref reader);
    }

    private bool ReadMachine(ref LineReader reader)
    {
        var start = reader.Current;
        if (state.MachineLine != 0)
        {
            return state.Fail(
                ScenarioErrorCode.Repetition, start, $"there is a machine already, at line {state.MachineLine}");
        }

        state.MachineLine = state.Line;
        reader.Move();
        var number = reader.Current;
        if (!ArgumentParser.TryReadNumber(state, ref reader, 1, Scenario.MaximumProcessors, out var processors))
        {
            return false;
        }

        var alarm = 0;
        if (!reader.IsAtEnd && !ArgumentParser.TryReadWord(state, ref reader, Keyword.Alarms, out alarm))
        {
            return false;
        }

        if (!ScenarioRules.IsMachine(processors, (AlarmKind)alarm))
        {
            return state.Fail(ScenarioErrorCode.OutOfRange, number, "a machine that uses the HPET has one processor");
        }

        state.Scenario.ProcessorCount = processors;
        state.Scenario.Alarm = (AlarmKind)alarm;
        return ReadEnd(ref reader);
    }

    private bool TryReadBehaviour(ref LineReader reader, out int behaviour)
    {
        var words = Keyword.Behaviours;
        for (behaviour = 0; behaviour < words.Length; behaviour++)
        {
            if (reader.TryMove(words[behaviour]))
            {
                return true;
            }
        }

        var suggestion = new Suggestion(reader.Text);
        suggestion.Add(Keyword.On);
        foreach (var word in words)
        {
            suggestion.Add(word);
        }

        return state.FailExpected(reader, "the kind of the device, 'on' or the end of the line", suggestion.Describe());
    }

    private bool ReadThread(ref LineReader reader)
    {
        if (!NameParser.TryReadDefinition(state, ref reader, isStrand: true, out var thread)
            || !state.Expect(ref reader, Keyword.In))
        {
            return false;
        }

        var owner = reader.Current;
        if (!NameParser.TryReadUse(state, ref reader, ArgumentKind.Process, out var process))
        {
            return false;
        }

        if (state.Scenario.Strands[process].Kind == StrandKind.Child)
        {
            return state.Fail(
                ScenarioErrorCode.WrongKind,
                owner,
                "a thread that exists from the start cannot be in a child that is forked later; that child can clone it");
        }

        state.Scenario.StrandAt(thread).Process = (sbyte)process;
        return ReadEnd(ref reader);
    }

    private bool ReadCall(ref LineReader reader)
    {
        var label = reader.Current;
        if (!TryReadLabel(ref reader, out var strand) || !CallParser.TryRead(state, ref reader, strand, out var call))
        {
            return false;
        }

        return state.Scenario.AddCall(call) >= 0
            || state.FailLimit(label, $"more than {Scenario.MaximumCalls} calls");
    }

    private bool TryReadLabel(ref LineReader reader, out int strand)
    {
        var label = reader.Current;
        strand = Scenario.None;
        if (label.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "an actor or a declaration");
        }

        var environment = reader.Is(PartyName.Time) ? StrandKind.Time : StrandKind.Line;
        if (reader.Is(PartyName.Time) || reader.Is(PartyName.Line))
        {
            reader.Move();
            return TryAddStrand(
                label, state.Scenario.FindEnvironment(environment), Strand.ForEnvironment(environment), out strand)
                && state.Expect(ref reader, ":");
        }

        var after = reader;
        after.Move();
        if (!after.Is(":") && !after.Is("."))
        {
            return FailLabel(ref reader);
        }

        if (!state.Names.TryFind(reader.Text, out _))
        {
            return NameParser.FailUndefinable(state, reader, isStrand: true);
        }

        return after.Is(".")
            ? TryReadHandler(ref reader, out strand)
            : NameParser.TryReadUse(state, ref reader, ArgumentKind.Thread, out strand) && state.Expect(ref reader, ":");
    }

    /// <summary>A line that starts with a word and no colon: a declaration that is misspelt, or a label without colon.</summary>
    private bool FailLabel(ref LineReader reader)
    {
        var suggestion = new Suggestion(reader.Text);
        Keyword.AddLineStarts(suggestion);
        if (suggestion.Best().Length > 0)
        {
            return state.FailExpected(reader, "an actor or a declaration", suggestion.Best());
        }

        reader.Move();
        return state.FailExpected(reader, "':' after the name of the actor");
    }

    private bool TryReadHandler(ref LineReader reader, out int strand)
    {
        var label = reader.Current;
        strand = Scenario.None;
        if (!NameParser.TryReadUse(state, ref reader, ArgumentKind.Process, out var process) || !state.Expect(ref reader, ".")
            || !NameParser.TryReadSignal(state, ref reader, out var signal) || !state.Expect(ref reader, ":"))
        {
            return false;
        }

        return TryAddStrand(label, state.Scenario.FindHandler(process, signal), Strand.ForHandler(process, signal), out strand);
    }

    private bool TryAddStrand(Token label, int existing, in Strand strand, out int index)
    {
        index = existing >= 0 ? existing : state.Scenario.AddStrand(strand);
        return index >= 0 || state.FailLimit(label, NameParser.LimitMessage(state, isStrand: true));
    }

    private bool ReadEnd(ref LineReader reader) => reader.IsAtEnd || state.FailExpected(reader, "the end of the line");

    /// <summary>Done last, because the declaration of the creating thread may follow its calls.</summary>
    private void AdoptCreated()
    {
        for (var round = 0; round < state.Scenario.StrandCount && AdoptOnce(); round++)
        {
        }
    }

    /// <summary>Gives every created strand the process of its creator; more than once, because the creator may have to get
    /// his first.</summary>
    private bool AdoptOnce()
    {
        var hasChanged = false;
        foreach (ref readonly var call in state.Scenario.Calls)
        {
            if (!CallTable.Of(call.Kind).CreatesStrand)
            {
                continue;
            }

            ref var created = ref state.Scenario.StrandAt(call.Output0);
            var process = state.Scenario.Strands[call.Strand].Process;
            hasChanged |= created.Parent != process;
            created.Parent = process;
            created.Process = created.Kind == StrandKind.Thread ? process : created.Process;
        }

        return hasChanged;
    }

    private bool CheckAncestors()
    {
        var scenario = state.Scenario;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref readonly var strand = ref scenario.Strands[i];
            if (strand.IsCreated && !ScenarioRules.HasInitialAncestor(scenario, i))
            {
                var isFound = state.Names.TryFind(strand.Name.ToString(), out var entry);
                Verify.That(isFound, "a created strand has no definition");
                var message = strand.IsCloned
                    ? $"thread '{strand.Name}' is cloned by nobody but those that it creates"
                    : $"child '{strand.Name}' is forked by nobody but its own descendants";
                return state.FailAt(
                    ScenarioErrorCode.ForkCycle, entry.Line, entry.Column, strand.Name.Length, message);
            }
        }

        return true;
    }
}
