// Writes a program in its normal form: the prelude (machine, pipes, devices, processes that make no calls, threads), then the
// calls in order with canonical spacing. A program in normal order is equal to what the parser makes of this text, and
// the text is equal to the formatted parse. Comments are not part of a program and so not of its normal form. No line
// ends in white space; every line ends in one line feed.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus;

/// <summary>Program to text.</summary>
public static class ScenarioFormatter
{
    /// <summary>The normal form of <paramref name="program"/>; allocates the string.</summary>
    public static string Format(Program program)
    {
        var text = new TextBuffer();
        Append(text, program);
        return text.ToString();
    }

    /// <summary>One call without its line feed, as traces and charts show it; allocates the string.</summary>
    public static string FormatCall(Program program, int call)
    {
        var text = new TextBuffer();
        AppendCall(text, program, call);
        return text.ToString();
    }

    /// <summary>Appends the normal form of <paramref name="program"/>.</summary>
    public static void Append(TextBuffer text, Program program)
    {
        if (!program.HasPlainMachine)
        {
            AppendMachine(text, program);
            text.Append('\n');
        }

        AppendResources(text, program, ResourceKind.PipeRead);
        AppendResources(text, program, ResourceKind.Device);
        AppendSilentProcesses(text, program);
        AppendThreads(text, program);
        for (var i = 0; i < program.CallCount; i++)
        {
            AppendCall(text, program, i);
            text.Append('\n');
        }
    }

    /// <summary>Appends one call without a line feed.</summary>
    public static void AppendCall(TextBuffer text, Program program, int index)
    {
        ref readonly var call = ref program.Calls[index];
        AppendLabel(text, program, call.Strand);
        AppendOutputs(text, program, call);
        text.Append(CallTable.Of(call.Kind).Name);
        text.Append('(');
        AppendArguments(text, program, call);
        text.Append(')');
        AppendResults(text, program, call.Allowed);
        if (call.WhenBlocked >= 0)
        {
            text.Append(" when ");
            text.Append(program.Strands[call.WhenBlocked].Name);
            text.Append(call.WhenSettled ? " settled" : " blocked");
        }
    }

    private static void AppendResources(TextBuffer text, Program program, ResourceKind kind)
    {
        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref readonly var resource = ref program.Resources[i];
            if (!resource.IsPrelude || resource.Kind != kind)
            {
                continue;
            }

            AppendResource(text, program, i);
            text.Append('\n');
        }
    }

    /// <summary>Appends the line that describes the machine, without a line feed.</summary>
    internal static void AppendMachine(TextBuffer text, Program program)
    {
        text.Append("machine ");
        text.Append((char)('0' + program.ProcessorCount));
        if (program.Alarm != AlarmKind.TscDeadline)
        {
            text.Append(' ');
            text.Append(Keyword.Alarms[(int)program.Alarm]);
        }
    }

    /// <summary>Appends the declaration of a device or of a pipe by its read end, without a line feed.</summary>
    internal static void AppendResource(TextBuffer text, Program program, int index)
    {
        ref readonly var resource = ref program.Resources[index];
        text.Append(resource.Kind == ResourceKind.Device ? "device " : "pipe ");
        text.Append(resource.Name);
        if (resource.Kind == ResourceKind.PipeRead)
        {
            text.Append(", ");
            text.Append(program.Resources[index + 1].Name);
        }

        if (resource.Behaviour != FileBehaviour.Terminal)
        {
            text.Append(' ');
            text.Append(Keyword.Behaviours[(int)resource.Behaviour]);
        }

        if (resource.Server != 0)
        {
            text.Append(" on ");
            text.Append(Keyword.Servers[resource.Server]);
        }
    }

    private static void AppendSilentProcesses(TextBuffer text, Program program)
    {
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (ProgramOrder.IsSilent(program, i))
            {
                text.Append("process ");
                text.Append(program.Strands[i].Name);
                text.Append('\n');
            }
        }
    }

    private static void AppendThreads(TextBuffer text, Program program)
    {
        foreach (ref readonly var strand in program.Strands)
        {
            if (strand.Kind == StrandKind.Thread && !strand.IsCloned)
            {
                text.Append("thread ");
                text.Append(strand.Name);
                text.Append(" in ");
                text.Append(program.Strands[strand.Process].Name);
                text.Append('\n');
            }
        }
    }

    private static void AppendLabel(TextBuffer text, Program program, int index)
    {
        ref readonly var strand = ref program.Strands[index];
        switch (strand.Kind)
        {
            case StrandKind.Time:
                text.Append(PartyName.Time);
                break;
            case StrandKind.Line:
                text.Append(PartyName.Line);
                break;
            case StrandKind.Handler:
                text.Append(program.Strands[strand.Process].Name);
                text.Append('.');
                text.Append(SignalTable.NameAt(strand.Signal));
                break;
            default:
                text.Append(strand.Name);
                break;
        }

        text.Append(": ");
    }

    private static void AppendOutputs(TextBuffer text, Program program, in Call call)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            text.Append(program.Strands[call.Output0].Name);
            text.Append(" = ");
        }
        else if (call.Kind == CallKind.Pipe)
        {
            text.Append(program.Resources[call.Output0].Name);
            text.Append(", ");
            text.Append(program.Resources[call.Output1].Name);
            text.Append(" = ");
        }
    }

    private static void AppendArguments(TextBuffer text, Program program, in Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = call.Argument(i);
            if (IsLeftOut(kind, value))
            {
                continue;
            }

            if (i > 0)
            {
                text.Append(kind is ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents ? " " : ", ");
            }

            AppendArgument(text, program, kind, value);
        }
    }

    private static bool IsLeftOut(ArgumentKind kind, short value) => kind switch
    {
        ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.OptionalPollEvents => value == 0,
        ArgumentKind.OptionalPollDescriptor => value < 0,
        _ => false,
    };

    private static void AppendArgument(TextBuffer text, Program program, ArgumentKind kind, short value)
    {
        if (CallTable.IsResource(kind))
        {
            text.Append(program.Resources[value].Name);
        }
        else if (kind == ArgumentKind.ProcessOrAny && value < 0)
        {
            text.Append(Keyword.Any);
        }
        else if (CallTable.IsStrand(kind))
        {
            text.Append(program.Strands[value].Name);
        }
        else if (kind == ArgumentKind.Signal)
        {
            text.Append(SignalTable.NameAt(value));
        }
        else if (kind == ArgumentKind.SignalSet)
        {
            AppendSignalSet(text, (ushort)value);
        }
        else
        {
            AppendWordsOrNumber(text, kind, value);
        }
    }

    private static void AppendWordsOrNumber(TextBuffer text, ArgumentKind kind, short value)
    {
        var words = Keyword.WordsOf(kind);
        if (words.IsEmpty)
        {
            text.AppendNumber(value);
            return;
        }

        if (kind is ArgumentKind.Disposition or ArgumentKind.MaskChange)
        {
            text.Append(words[value]);
            return;
        }

        var separator = "";
        for (var bit = 0; bit < words.Length; bit++)
        {
            if ((value & (1 << bit)) != 0)
            {
                text.Append(separator);
                text.Append(words[bit]);
                separator = "|";
            }
        }
    }

    private static void AppendSignalSet(TextBuffer text, ushort mask)
    {
        text.Append('{');
        var separator = "";
        for (var i = 0; i < SignalTable.Count; i++)
        {
            if ((mask & SignalTable.MaskOf(i)) != 0)
            {
                text.Append(separator);
                text.Append(SignalTable.NameAt(i));
                separator = ", ";
            }
        }

        text.Append('}');
    }

    private static void AppendResults(TextBuffer text, Program program, in AllowedResults allowed)
    {
        var separator = " = ";
        for (var i = 0; i < allowed.ValueCount; i++)
        {
            AppendSeparator(text, ref separator);
            text.AppendNumber(allowed.ValueAt(i));
        }

        for (var i = 0; i < Program.MaximumStrands; i++)
        {
            if ((allowed.Children & (1U << i)) != 0)
            {
                AppendSeparator(text, ref separator);
                text.Append(program.Strands[i].Name);
            }
        }

        if (allowed.AllowsAnySuccess)
        {
            AppendSeparator(text, ref separator);
            text.Append(Keyword.Ok);
        }

        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            if ((allowed.Errnos & (1U << i)) != 0)
            {
                AppendSeparator(text, ref separator);
                text.Append(ErrnoTable.NameAt(i));
            }
        }

        if (allowed.AllowsBlocked)
        {
            AppendSeparator(text, ref separator);
            text.Append(Keyword.Blocked);
        }
    }

    private static void AppendSeparator(TextBuffer text, ref string separator)
    {
        text.Append(separator);
        separator = " | ";
    }
}
