import * as library from "react-beautiful-dnd";
import { mount } from "../beautiful.jsx";

mount(library);
